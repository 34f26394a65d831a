using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LifeCircle.ServiceDefaults;

/// <summary>Settings of the audit, <c>Audit:...</c>.</summary>
public sealed class AuditSettings
{
    /// <summary>Signs checkpoints: base64 of 32 random bytes, the private number of a P-256 key. Not given to the database's administrators.</summary>
    public string? CheckpointKey { get; set; }

    /// <summary>
    /// Public halves of keys that once signed, by any name: their checkpoints stay good, and signing goes on after them. The verb
    /// <c>verify-audit</c> prints the current one's. A new key's half belongs here on every replica before one of them signs with it.
    /// An auditor who gives these and no <see cref="CheckpointKey"/> can verify and not sign.
    /// </summary>
    public Dictionary<string, string> PublicKeys { get; } = [];

    /// <summary>
    /// A file that checkpoints are appended to, on a disk that the database's administrators cannot write to; every replica may have one of its
    /// own, or share it: then a line may be there twice. Without it they are in the database and in the log (level Information) only. At least one copy of the last checkpoint must be kept
    /// where who can write the database cannot write: a tail that is cut off together with its checkpoints is missed by that copy alone.
    /// </summary>
    public string? CheckpointFile { get; set; }

    /// <summary>A checkpoint is made after so many entries...</summary>
    public int EntriesPerCheckpoint { get; set; } = 1000;

    /// <summary>... or when the last one is so old and something has come since. What was cut off the end before its checkpoint is never missed.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(1);
}

public static class AuditRegistration
{
    /// <summary>Keeps the audit's chain. The tables come with <see cref="AuditTrail.AddAudit"/>, the verb with <see cref="AuditVerbs.Verify{TContext}"/>.</summary>
    public static void AddAudit<TContext>(this IHostApplicationBuilder builder) where TContext : DbContext
    {
        builder.Services.AddOptions<AuditSettings>().BindConfiguration("Audit")
            .Validate(settings => settings.EntriesPerCheckpoint > 0 && settings.CheckpointInterval > TimeSpan.Zero,
                "Audit__EntriesPerCheckpoint and Audit__CheckpointInterval must be positive.")
            .ValidateOnStart();
        builder.Services.AddSingleton(services => new CheckpointKeys(services.GetRequiredService<IOptions<AuditSettings>>().Value));
        builder.Services.AddOptions<KeyAtStart>().Configure<CheckpointKeys>((_, keys) => keys.RequireSigning()).ValidateOnStart();
        builder.Services.AddHostedService<AuditChain<TContext>>();
    }

    // Nothing but a reason to read the key before the first entry comes.
    private sealed class KeyAtStart;
}
