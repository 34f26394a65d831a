using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace LifeCircle.Hosting.Processes.Tests;

/// <summary>The contract that a service sees is Aspire's.</summary>
public sealed class EnvironmentTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reference_to_a_project_names_each_replica()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var venues = builder.AddService("venues-api").WithReplicas(2);
        builder.AddExecutable("client", "env", "/").WithReference(venues);
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        var variables = await VariablesAsync(town, "client");
        var (first, second) = (town.GetEndpoint("venues-api"), town.GetEndpoint("venues-api", "http", replica: 1));
        Assert.NotEqual(first, second);
        Assert.Equal(first, new Uri(variables["services__venues-api__http__0"]));
        Assert.Equal(second, new Uri(variables["services__venues-api__http__1"]));
        Assert.Equal(["client", "venues-api-0", "venues-api-1"], town.Instances.Select(instance => instance.Name).Order());
    }

    [Fact]
    public async Task References_to_servers_give_Aspires_variables_and_nothing_of_the_AppHosts_own_leaks()
    {
        string[] own = ["ConnectionStrings__elsewhere", "Parameters__elsewhere", "DOTNET_LAUNCH_PROFILE"];
        foreach (var variable in own)
            Environment.SetEnvironmentVariable(variable, "not for children");
        var builder = DistributedApplication.CreateBuilder(["--only", "client"]);
        var (postgres, messaging, cache) = (builder.AddPostgres("postgres"), builder.AddRabbitMQ("messaging"), builder.AddRedis("cache"));
        builder.AddShell("client", "env")
            .WithReference(postgres.AddDatabase("venuesdb", "venues")).WithReference(messaging).WithReference(cache, "redis");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        var variables = await VariablesAsync(town, "client");
        Task<string> PasswordOf(string server) => town.GetParameterAsync(server + "-password", _cancellation);
        int PortOf(string server) => town.GetEndpoint(server, "tcp").Port;
        Assert.Equal(
            $"Host=127.0.0.1;Port={PortOf("postgres")};Username=postgres;Password={await PasswordOf("postgres")};Database=venues",
            variables["ConnectionStrings__venuesdb"]);
        Assert.Equal(
            $"amqp://guest:{await PasswordOf("messaging")}@127.0.0.1:{PortOf("messaging")}", variables["ConnectionStrings__messaging"]);
        Assert.Equal($"127.0.0.1:{PortOf("cache")},password={await PasswordOf("cache")}", variables["ConnectionStrings__redis"]);
        Assert.Empty(own.Intersect(variables.Keys));
    }

    [Fact]
    public async Task A_project_gets_its_address_its_name_for_telemetry_and_what_it_was_given()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var salt = builder.AddParameter("salt", "NaCl");
        var service = builder.AddService("service").WithArgs("--ignored").WithReplicas(2);
        var address = service.GetEndpoint("http");
        service.WithEnvironment("SELF", address)
            .WithEnvironment("MIXED", ReferenceExpression.Create(
                $"{address.Property(EndpointProperty.Host)}:{address.Property(EndpointProperty.Port)}/{salt}/{"constant"}"))
            .WithEnvironment("SALT", salt);
        await using var town = builder.Build();
        await town.LaunchAsync(_cancellation);
        await Town.EventuallyAsync(
            () => town.Instance("service-1").StartedAt is not null && EnvironmentOf(town, "service-1").Count > 0, "it starts");

        var variables = EnvironmentOf(town, "service-1");
        Assert.Equal(town.GetEndpoint("service", "http", replica: 1), new Uri(variables["ASPNETCORE_URLS"]));
        Assert.Equal("service", variables["OTEL_SERVICE_NAME"]);
        Assert.Equal("service.instance.id=service-1", variables["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal("in_memory", variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
        Assert.Equal("always_on", variables["OTEL_TRACES_SAMPLER"]);
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", variables.Keys);
        var first = town.GetEndpoint("service");
        Assert.Equal(("NaCl", $"127.0.0.1:{first.Port}/NaCl/constant"), (variables["SALT"], variables["MIXED"]));
        Assert.Equal(first, new Uri(variables["SELF"]));
    }

    [Fact]
    public async Task With_a_dashboard_projects_send_their_telemetry_there_with_its_key()
    {
        var folder = Town.NewFolder();
        var program = $"#!/bin/sh\nexec dotnet {typeof(EntryPoint).Assembly.Location} serve\n";
        await File.WriteAllTextAsync(folder + "/Aspire.Dashboard", program, _cancellation);
        File.SetUnixFileMode(folder + "/Aspire.Dashboard", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var builder = DistributedApplication.CreateBuilder(["--dashboard", folder]);
        builder.AddService("service");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        var variables = EnvironmentOf(town, "service");
        Assert.Equal(town.GetEndpoint("dashboard", "otlp"), new Uri(variables["OTEL_EXPORTER_OTLP_ENDPOINT"]));
        var key = await town.GetParameterAsync("dashboard-otlp-key", _cancellation);
        Assert.Equal("x-otlp-api-key=" + key, variables["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    [Fact]
    public async Task A_project_that_is_not_built_says_how_to_build_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddProject("moon", "../src/LifeCircle.Moon/LifeCircle.Moon.csproj", launchProfileName: null);
        await using var town = builder.Build();
        var failure = await Assert.ThrowsAsync<LifeCircle.Hosting.Processes.Running.HostingException>(() => town.StartAsync(_cancellation));
        Assert.Contains("LifeCircle.Moon.dll. Run: dotnet build", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_AppHost_program_can_be_run_inside_a_test()
    {
        await using var town = await ProcessesHost.BuildAsync(typeof(EntryPoint).Assembly, ["town", "--only", "migrate"]);
        await town.StartAsync(_cancellation);
        Assert.Equal("migrated\n", await town.LogOfFinishedAsync("migrate"));
    }

    private static async Task<Dictionary<string, string>> VariablesAsync(DistributedApplication town, string instance) =>
        Parse((await town.LogOfFinishedAsync(instance)).Split('\n'));

    /// <summary>As the kernel knows it: the process of the instance is the one that listens for it.</summary>
    private static Dictionary<string, string> EnvironmentOf(DistributedApplication town, string instance)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var variables = Parse(File.ReadAllText(folder + "/environ").Split('\0'));
                if (variables.GetValueOrDefault("OTEL_RESOURCE_ATTRIBUTES") == "service.instance.id=" + instance
                    && variables["ASPNETCORE_URLS"].Contains(town.Instance(instance).Address!, StringComparison.Ordinal))
                    return variables;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }
        return [];
    }

    private static Dictionary<string, string> Parse(IEnumerable<string> lines) => lines
        .Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1]);
}
