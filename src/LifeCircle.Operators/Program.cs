using LifeCircle.Messaging;
using LifeCircle.Operators;
using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Tokens;
using LifeCircle.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("operators");
builder.AddDatabase<OperatorsDbContext>("operatorsdb");
builder.AddMessaging<OperatorsDbContext>("operators");
builder.AddSharedCache();
builder.AddTokens();
builder.Services.AddOpenApi("v1"); // with the doc comments of this project

var app = builder.Build();
app.UseServiceDefaults();
app.MapTokens();
return await app.RunServiceAsync<OperatorsDbContext>(args, afterMigration: DemoClients.SeedAsync);
