using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LifeCircle.ServiceDefaults;

/// <summary>How a replica leaves, from the section <c>Draining</c>.</summary>
public sealed class DrainingOptions
{
    /// <summary>
    /// Seconds between saying that it leaves and leaving: longer than the gateway takes to notice and to close connections that it does not use. None in
    /// Development, where nobody waits for a stop.
    /// </summary>
    public int Seconds { get; set; } = 8;
}

/// <summary>
/// A replica that is told to stop says so before it does: it is not ready any more, and every answer is the last on its connection. Until whoever balances the
/// load has noticed it serves as before, so that no request comes to a closed door or to a connection that is closed under it.
/// </summary>
internal sealed class Draining(IOptions<DrainingOptions> options) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _hasBegun;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_hasBegun ? HealthCheckResult.Unhealthy("It is about to stop.") : HealthCheckResult.Healthy());

    /// <summary>Before anything of the service stops.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        await Task.Delay(TimeSpan.FromSeconds(options.Value.Seconds), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets an answer be the last on its connection, if it starts while the replica leaves.</summary>
    public Task CloseConnection(object response)
    {
        if (_hasBegun) ((HttpResponse)response).Headers.Connection = "close";
        return Task.CompletedTask;
    }
}

public static class DrainingRegistration
{
    public static void AddDraining(this WebApplicationBuilder builder)
    {
        var isDevelopment = builder.Environment.IsDevelopment();
        builder.Services.AddOptions<DrainingOptions>()
            .Configure(draining =>
            {
                if (isDevelopment) draining.Seconds = 0;
            })
            .BindConfiguration("Draining")
            .Validate(draining => draining.Seconds is >= 0 and <= 15, "Draining:Seconds must be between 0 and 15.")
            .ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Draining>());
        builder.Services.AddHealthChecks().AddCheck<Draining>("draining", tags: [Health.Ready]);
    }

    /// <summary>Call it before everything that answers.</summary>
    public static void UseDraining(this WebApplication app)
    {
        Func<object, Task> close = app.Services.GetRequiredService<Draining>().CloseConnection;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(close, context.Response);
            return next(context);
        });
    }
}
