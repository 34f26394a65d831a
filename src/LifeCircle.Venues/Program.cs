using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues;
using LifeCircle.Venues.Calendars;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("venues");
builder.AddDatabase<VenuesDbContext>("venuesdb");
builder.AddMessaging<VenuesDbContext>("venues", consumers => consumers.AddFeatures());
builder.AddSharedCache();
builder.AddPersonalData();
builder.AddAudit<VenuesDbContext>();
builder.AddFeatures();
builder.Services.AddValidation();
builder.Services.AddOpenApi("v1"); // with the doc comments of this project, as validation with its attributes

var app = builder.Build();
app.UseServiceDefaults();
app.MapFeatures();
return await app.RunServiceAsync<VenuesDbContext>(
    args, [PersonalDataVerbs.Rekey<VenuesDbContext>(), AuditVerbs.Verify<VenuesDbContext>()], afterMigration: PublicDaySeed.SeedAsync);
