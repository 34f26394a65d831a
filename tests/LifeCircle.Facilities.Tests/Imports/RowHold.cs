using Npgsql;

namespace LifeCircle.Facilities.Tests.Imports;

/// <summary>Holds one row of the register, so that an import that would change it stops right there until the test lets go.</summary>
public sealed class RowHold : IAsyncDisposable
{
    private readonly NpgsqlConnection _session;
    private readonly NpgsqlTransaction _transaction;
    private readonly FacilitiesApp _app;

    private RowHold(FacilitiesApp app, NpgsqlConnection session, NpgsqlTransaction transaction) => (_app, _session, _transaction) = (app, session, transaction);

    public static async Task<RowHold> OnAsync(FacilitiesApp app, string source, string externalId)
    {
        var session = new NpgsqlConnection(app.Database.ConnectionString);
        await session.OpenAsync();
        var transaction = await session.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT FROM facility WHERE source = $1 AND external_id = $2 FOR UPDATE", session)
        {
            Parameters = { new() { Value = source }, new() { Value = externalId } },
        };
        await hold.ExecuteNonQueryAsync();
        return new RowHold(app, session, transaction);
    }

    /// <summary>Waits until an import stands before the row.</summary>
    public Task ReachedAsync() => Eventually.IsAsync(1L, () => _app.Database.CountAsync(Waiting));

    /// <summary>Cuts the session of the import that stands before the row. It is gone then: the next one to stand there is another attempt.</summary>
    public async Task CutAsync()
    {
        await ReachedAsync();
        Assert.True(await _app.Database.QueryAsync<bool>($"SELECT bool_and(pg_terminate_backend(pid, 10000)) FROM {Waiting}"), "The session is still there.");
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _session.DisposeAsync();
    }

    private const string Waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'";
}
