using LifeCircle.ServiceDefaults.Tests.Orders;

// Started with the settings of a service, or as its own process, this program is the made-up service; else it runs the tests.
if (Environment.GetEnvironmentVariable(OrdersProcess.Variable) is not null
    || Array.Exists(args, arg => arg.StartsWith("--ConnectionStrings:", StringComparison.Ordinal)))
    return await OrdersService.RunAsync(args);

return Array.Exists(args, arg => arg is "-automated" or "@@")
    ? await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, LifeCircle.ServiceDefaults.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
