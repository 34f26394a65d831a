using LifeCircle.Messaging;
using LifeCircle.Operators;
using LifeCircle.Operators.Clients.Credentials;
using LifeCircle.Operators.Clients.District;
using LifeCircle.Operators.Evaluation;
using LifeCircle.Operators.Evaluation.Facts;
using LifeCircle.Operators.Offerings;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Papers;
using LifeCircle.Operators.Places;
using LifeCircle.Operators.Tokens;
using LifeCircle.Operators.Vetting;
using LifeCircle.Operators.Webhooks;
using LifeCircle.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("operators");
builder.AddDatabase<OperatorsDbContext>("operatorsdb");
builder.AddMessaging<OperatorsDbContext>("operators", consumers => consumers.AddPapers().AddOfferings().AddEvaluation().AddWebhooks());
builder.AddPersonalData();
builder.AddAudit<OperatorsDbContext>();
builder.AddSharedCache();
builder.AddTokens();
builder.AddWebhooks();
builder.AddEvaluation();
builder.AddPapers();
builder.AddPlaces();
builder.Services.AddValidation();
builder.Services.AddOpenApi("v1"); // with the doc comments of this project, as validation with its attributes

var app = builder.Build();
app.UseServiceDefaults();
app.MapTokens();
app.MapOperators();
app.MapVetting();
app.MapEvaluation();
app.MapOfferings();
app.MapClients();
app.MapWebhooks();
return await app.RunServiceAsync<OperatorsDbContext>(args,
    [
        RegisterDistrictClient.Verb, RevokeDistrictClient.Verb, LearnPlaces.Verb, RecalculateEvaluation.Verb,
        PersonalDataVerbs.Rekey<OperatorsDbContext>(), AuditVerbs.Verify<OperatorsDbContext>(),
    ], afterMigration: DemoClients.SeedAsync);
