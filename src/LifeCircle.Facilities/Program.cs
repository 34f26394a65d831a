using LifeCircle.Facilities;
using LifeCircle.Facilities.DemoDistrict;
using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Figures;
using LifeCircle.Facilities.Finding;
using LifeCircle.Facilities.Imports;
using LifeCircle.Facilities.Imports.Commands;
using LifeCircle.Facilities.LifeCircles;
using LifeCircle.Facilities.LifeCycle;
using LifeCircle.Facilities.Reach;
using LifeCircle.Facilities.Use;
using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("facilities");
builder.AddDatabase<FacilitiesDbContext>("facilitiesdb", npgsql => npgsql.UseNetTopologySuite());
builder.AddMessaging<FacilitiesDbContext>("facilities", consumers => consumers.AddFigures().AddLifeCycle().AddReach().AddUse());
builder.Services.AddValidation();
builder.Services.AddOpenApi("v1"); // with the doc comments of this project, as validation with its attributes
builder.Services.AddSingleton<Territories>();
builder.Services.AddSingleton(services => new KeyedReads<Guid, Facility>(services.GetRequiredService<IServiceScopeFactory>(), GetFacility.ReadAsync));
builder.AddImports();
builder.AddReach();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDivisions();
app.MapLifeCircles();
app.MapFacilities();
app.MapLifeCycle();
app.MapFinding();
app.MapImports();
app.MapReach();
app.MapUse();
app.MapChangeFeed<FacilitiesDbContext>("/facilities/v1/changes", "facilities.read", visibleTo: FacilityChanges.VisibleTo);
return await app.RunServiceAsync<FacilitiesDbContext>(args, [GenerateDemoDistrict.Verb, ImportCommand.Verb, ImportDemoCommand.Verb]);
