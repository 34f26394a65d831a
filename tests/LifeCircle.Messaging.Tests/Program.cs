using LifeCircle.Messaging.Tests.Bed;

if (args is ["replica", var database, var broker, var kind])
    return await ReplicaProcess.RunAsync(database, broker, kind);

return args.Any(arg => arg is "-automated" or "@@")
    ? await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, LifeCircle.Messaging.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
