// The town map: which servers and services there are, and who needs whom. It compiles against Aspire and against LifeCircle.Hosting.Processes
// (-p:AppHostEngine=aspire|processes); what only containers and publishing need is in AppHost.Aspire.cs.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

var builder = DistributedApplication.CreateBuilder(args);

var postgres = builder.AddPostgres("postgres");
var messaging = builder.AddRabbitMQ("messaging");
var cache = builder.AddRedis("cache");
var rolePasswords = new Dictionary<string, IResourceBuilder<ParameterResource>>();
// Keys of personal data by name, e.g. k1,k2: all of them open, and the last one seals. Each is a parameter of its own.
var privacyKeys = (builder.Configuration["Parameters:privacy-keys"] ?? "k1").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

var gateway = builder.AddProject("gateway", ProjectFile("Gateway"), launchProfileName: null)
    .WithHttpEndpoint(port: builder.Configuration.GetValue("gateway-port", 8080))
    .WithExternalHttpEndpoints();
// Clients compare the issuer of a token with the address that they asked it from, so it is the district's public one.
var publicAddress = gateway.GetEndpoint("http");

var (operators, operatorsMigrate) = AddService("operators", "Operators", keepsPersonalData: true);
operators.WithEnvironment("Operators__KeyEncryptionKey", Key("operators-key-encryption-key"));
var (facilities, facilitiesMigrate) = AddService("facilities", "Facilities");
operators.WithReference(facilities); // whose places it learns
var (venues, _) = AddService("venues", "Venues", keepsPersonalData: true);
venues.WithReference(facilities).WithEnvironment("Feeds__Address", publicAddress); // whom it asks about schools, and where its feeds are read
IResourceBuilder<ProjectResource>[] services = [operators, facilities, venues];
if (builder.ExecutionContext.IsRunMode && builder.Environment.IsDevelopment())
{
    foreach (var client in (string[])["demo-planner", "demo-clerk", "demo-reader"])
        operatorsMigrate.WithEnvironment($"Demo__ClientSecrets__{client}", Secret($"{client}-secret", length: 32));
    // A district to try things with: the demo one, or what an OpenStreetMap extract has (an .osm.pbf or .osm file).
    var extract = builder.AddParameter("extract", builder.Configuration["Parameters:extract"] ?? "");
    var demo = ConnectToDatabase(builder.AddProject("facilities-demo", ProjectFile("Facilities"), launchProfileName: null), "facilities")
        .WithArgs("import-demo")
        .WithReference(messaging)
        .WithEnvironment("Demo__Extract", extract)
        .WaitForCompletion(facilitiesMigrate);
    gateway.WaitForCompletion(demo);
}

gateway.WithReference(cache).WaitFor(cache);
foreach (var service in services) gateway.WithReference(service).WaitFor(service);
foreach (var service in services.Append(gateway))
    service.WithReference(operators)
        .WithEnvironment("Authentication__Issuer", publicAddress)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithHttpHealthCheck("/health/ready");

PrepareContainers(builder, postgres, messaging, cache, gateway, services);
builder.Build().Run();

// A service: its database, a role that may use only that, the migration that prepares both, and the program itself.
(IResourceBuilder<ProjectResource> Service, IResourceBuilder<ProjectResource> Migrate) AddService(string name, string project, bool keepsPersonalData = false)
{
    var database = postgres.AddDatabase(name + "db");
    var password = rolePasswords[name] = Secret($"{name}-db-password", length: 32);

    var migrate = builder.AddProject($"{name}-migrate", ProjectFile(project), launchProfileName: null)
        .WithArgs("migrate")
        .WithReference(database)
        .WithReference(messaging) // part of every service's set-up, though a migration sends nothing
        .WithEnvironment("Database__Role", name)
        .WithEnvironment("Database__RolePassword", password)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WaitFor(database);

    var service = ConnectToDatabase(builder.AddProject(name, ProjectFile(project), launchProfileName: null), name)
        .WithHttpEndpoint()
        .WithReference(messaging).WaitFor(messaging)
        .WithReference(cache).WaitFor(cache)
        .WaitForCompletion(migrate);
    if (keepsPersonalData) GiveKeysOfPersonalData(name, [service, .. AddRekey(name, project, migrate)]);
    return (service, migrate);
}

// With the service's own role, which may change rows and never tables.
IResourceBuilder<ProjectResource> ConnectToDatabase(IResourceBuilder<ProjectResource> program, string service) =>
    program.WithEnvironment($"ConnectionStrings__{service}db", ReferenceExpression.Create(
        $"Host={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Host)};Port={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Port)};Username={service};Password={rolePasswords[service]};Database={service}db"));

// Whoever keeps personal data and an audit does not start without these.
void GiveKeysOfPersonalData(string service, IResourceBuilder<ProjectResource>[] programs)
{
    var keys = privacyKeys.ToDictionary(name => $"Privacy__Keys__{name}", name => Key($"{service}-privacy-key-{name}"));
    keys["Privacy__BlindIndexKey"] = Key($"{service}-blind-index-key");
    keys["Audit__CheckpointKey"] = Key($"{service}-checkpoint-key");
    foreach (var program in programs)
    {
        foreach (var (name, key) in keys) program.WithEnvironment(name, key);
        program.WithEnvironment("Privacy__CurrentKey", privacyKeys[^1]);
    }
}

// While there is more than one key, every start seals under the last one what another one has sealed. Where it is published, somebody runs it.
IResourceBuilder<ProjectResource>[] AddRekey(string service, string project, IResourceBuilder<ProjectResource> migrate) =>
    builder.ExecutionContext.IsRunMode && privacyKeys.Length > 1
        ? [ConnectToDatabase(builder.AddProject($"{service}-rekey", ProjectFile(project), launchProfileName: null), service)
            .WithArgs("rekey").WithReference(messaging).WaitForCompletion(migrate)]
        : [];

// 42 random characters and "A=" are the base64 of exactly 32 bytes: a key in terms of the generated parameters that both engines have.
ReferenceExpression Key(string name) => builder.ExecutionContext.IsRunMode
    ? ReferenceExpression.Create($"{Secret(name, length: 42)}A=")
    : ReferenceExpression.Create($"{builder.AddParameter(name, secret: true)}");

// Letters and digits only: these end up in connection strings and URLs.
IResourceBuilder<ParameterResource> Secret(string name, int length) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = length, Special = false }, secret: true, persist: true);

static string ProjectFile(string service) => $"../src/LifeCircle.{service}/LifeCircle.{service}.csproj";

internal sealed partial class Program
{
    /// <summary>Implemented under the aspire engine alone.</summary>
    static partial void PrepareContainers(IDistributedApplicationBuilder builder, IResourceBuilder<PostgresServerResource> postgres,
        IResourceBuilder<RabbitMQServerResource> messaging, IResourceBuilder<RedisResource> cache,
        IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource>[] services);
}
