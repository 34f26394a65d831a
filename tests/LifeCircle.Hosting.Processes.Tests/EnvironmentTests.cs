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
        Assert.Equal(first, new Uri(variables["VENUES_API_HTTP"]));
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
        builder.AddShell("client", "env").WithReference(postgres.AddDatabase("venuesdb", "venues")).WithReference(messaging).WithReference(cache, "redis");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        var variables = await VariablesAsync(town, "client");
        var (host, port, password) = ("127.0.0.1", variables["VENUESDB_PORT"], await town.GetParameterAsync("postgres-password", _cancellation));
        Assert.Equal($"Host={host};Port={port};Username=postgres;Password={password};Database=venues", variables["ConnectionStrings__venuesdb"]);
        Assert.Equal((host, "postgres", password, "venues", $"postgresql://postgres:{password}@{host}:{port}/venues"), (variables["VENUESDB_HOST"],
            variables["VENUESDB_USERNAME"], variables["VENUESDB_PASSWORD"], variables["VENUESDB_DATABASENAME"], variables["VENUESDB_URI"]));

        password = await town.GetParameterAsync("messaging-password", _cancellation);
        Assert.Equal($"amqp://guest:{password}@{host}:{variables["MESSAGING_PORT"]}", variables["ConnectionStrings__messaging"]);
        Assert.Equal((host, "guest", password, variables["ConnectionStrings__messaging"]),
            (variables["MESSAGING_HOST"], variables["MESSAGING_USERNAME"], variables["MESSAGING_PASSWORD"], variables["MESSAGING_URI"]));

        password = await town.GetParameterAsync("cache-password", _cancellation);
        Assert.Equal($"{host}:{variables["REDIS_PORT"]},password={password}", variables["ConnectionStrings__redis"]);
        Assert.Equal((host, password, $"redis://:{password}@{host}:{variables["REDIS_PORT"]}"), (variables["REDIS_HOST"], variables["REDIS_PASSWORD"], variables["REDIS_URI"]));
        Assert.Empty(own.Intersect(variables.Keys));
    }

    [Fact]
    public async Task A_project_gets_its_address_its_name_for_telemetry_and_what_it_was_given()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var salt = builder.AddParameter("salt", "NaCl");
        var service = builder.AddService("service").WithArgs("--ignored").WithReplicas(2);
        service.WithEnvironment("SELF", service.GetEndpoint("http"))
            .WithEnvironment("MIXED", ReferenceExpression.Create($"{service.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}/{salt}/{"constant"}"))
            .WithEnvironment("SALT", salt);
        await using var town = builder.Build();
        await town.LaunchAsync(_cancellation);
        await Town.EventuallyAsync(() => town.Instance("service-1").StartedAt is not null && EnvironmentOf(town, "service-1").Count > 0, "it starts");

        var variables = EnvironmentOf(town, "service-1");
        Assert.Equal(town.GetEndpoint("service", "http", replica: 1), new Uri(variables["ASPNETCORE_URLS"]));
        Assert.Equal(("service", "service.instance.id=service-1", "in_memory", "always_on"), (variables["OTEL_SERVICE_NAME"], variables["OTEL_RESOURCE_ATTRIBUTES"],
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"], variables["OTEL_TRACES_SAMPLER"]));
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", variables.Keys);
        var first = town.GetEndpoint("service");
        Assert.Equal(("NaCl", $"127.0.0.1:{first.Port}/NaCl/constant"), (variables["SALT"], variables["MIXED"]));
        Assert.Equal(first, new Uri(variables["SELF"]));
    }

    [Fact]
    public async Task With_a_dashboard_projects_send_their_telemetry_there_with_its_key()
    {
        var folder = Town.NewFolder();
        await File.WriteAllTextAsync(folder + "/Aspire.Dashboard", $"#!/bin/sh\nexec dotnet {typeof(EntryPoint).Assembly.Location} serve\n", _cancellation);
        File.SetUnixFileMode(folder + "/Aspire.Dashboard", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var builder = DistributedApplication.CreateBuilder(["--dashboard", folder]);
        builder.AddService("service");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);

        var variables = EnvironmentOf(town, "service");
        Assert.Equal(town.GetEndpoint("dashboard", "otlp"), new Uri(variables["OTEL_EXPORTER_OTLP_ENDPOINT"]));
        Assert.Equal("x-otlp-api-key=" + await town.GetParameterAsync("dashboard-otlp-key", _cancellation), variables["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    [Fact]
    public async Task A_program_is_told_its_port_by_the_variable_it_asked_for()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddShell("program", "env").WithHttpEndpoint(env: "PORT");
        await using var town = builder.Build();
        await town.StartAsync(_cancellation);
        Assert.Equal($"http://127.0.0.1:{(await VariablesAsync(town, "program"))["PORT"]}/", town.GetEndpoint("program").ToString());
    }

    [Fact]
    public async Task A_project_that_is_not_built_says_how_to_build_it()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddProject("moon", "../src/LifeCircle.Moon/LifeCircle.Moon.csproj", launchProfileName: null);
        await using var town = builder.Build();
        var failure = await Assert.ThrowsAsync<Running.HostingException>(() => town.StartAsync(_cancellation));
        Assert.Contains("LifeCircle.Moon.dll is not built. Run: dotnet build", failure.Message, StringComparison.Ordinal);
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

    private static Dictionary<string, string> Parse(IEnumerable<string> lines) => lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1]);
}
