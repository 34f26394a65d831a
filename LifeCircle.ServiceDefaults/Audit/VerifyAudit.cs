using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

public static class AuditVerbs
{
    /// <summary>
    /// <c>verify-audit</c>: reads the whole audit and says whether it is as it was written. Ends with 1 if not. After a backup has been restored,
    /// what was lost with it is a cut-off tail; move the old file of checkpoints away once that is accepted. Entries that came shortly before the
    /// service was stopped may have no place or no checkpoint yet, which is told after some minutes; it makes up for that when it starts.
    /// </summary>
    public static Verb Verify<TContext>() where TContext : DbContext => new("verify-audit",
        "[--checkpoints <file>]  finds what was edited, deleted, reordered or cut off in the audit, and forged checkpoints; the file is a copy of them (else Audit__CheckpointFile)",
        async (services, args, stopping) =>
        {
            var settings = services.GetRequiredService<IOptions<AuditSettings>>().Value;
            if (args is not ([] or ["--checkpoints", _]))
            {
                await Console.Error.WriteLineAsync("verify-audit knows --checkpoints <file> only.");
                return 2;
            }
            var file = args is [_, var given] ? given : settings.CheckpointFile is { Length: > 0 } configured ? configured : null;
            var db = services.GetRequiredService<TContext>();
            // One snapshot for all: what is written meanwhile is not looked at.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, stopping);
            var verification = new AuditVerification((NpgsqlConnection)db.Database.GetDbConnection(), services.GetRequiredService<ServiceName>().Value,
                services.GetRequiredService<CheckpointKeys>(), settings.CheckpointInterval, services.GetRequiredService<TimeProvider>(), Console.Out);
            return await verification.RunAsync(file, stopping) ? 0 : 1;
        });
}
