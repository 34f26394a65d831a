using Npgsql;

namespace LifeCircle.Venues.Tests;

/// <summary>What a transaction of the test's own locks until it is disposed.</summary>
internal sealed class HeldLock(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public static async Task<HeldLock> TakeAsync(VenuesApp app, string sql)
    {
        var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new(connection, transaction);
    }

    /// <summary>The account of somebody who has booked.</summary>
    public static Task<HeldLock> OfPersonAsync(VenuesApp app, Answer booking) => TakeAsync(app, $"SELECT FROM person WHERE id = '{booking["person_id"]}' FOR UPDATE");

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
