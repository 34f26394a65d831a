using LifeCircle.Gateway.Limits;
using LifeCircle.Gateway.Proxying;
using LifeCircle.Gateway.Reference;
using LifeCircle.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddSharedCache();
builder.AddClientLimits();
builder.AddProxying();

var app = builder.Build();
app.UseDraining();
app.UseForwardedHeaders();
app.UseApiReferencePolicy();
app.UseSecurityHeaders();
app.UseProblems();
app.UseCleanRequests();
app.UseRouting();
app.UseClientLimits();
app.UseRequestTimeouts();
app.MapHealth();
app.MapApiReference();
app.MapProxying();
return await app.RunServiceAsync(args);
