using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

public static class PersonalDataVerbs
{
    /// <summary>
    /// <c>rekey</c>: seals anew, under the current key, what another one has sealed. The service may run meanwhile. It can be stopped at any
    /// moment and started again: what is done is told by the texts themselves. Ends with 0 only if nothing is left under another key, or if as
    /// many were sealed as were asked for: <c>rekey &amp;&amp; forget the old key</c> must not lose anything.
    /// </summary>
    public static Verb Rekey<TContext>() where TContext : DbContext => new("rekey",
        "[--rows <n>]  seals personal data under Privacy__CurrentKey, at most n texts, and tells which keys are in use",
        async (services, args, stopping) =>
        {
            var most = long.MaxValue;
            var all = args is [];
            if (!all && !(args is ["--rows", var rows] && long.TryParse(rows, out most) && most > 0))
            {
                await Console.Error.WriteLineAsync("rekey knows --rows <n> only.");
                return 2;
            }
            var db = services.GetRequiredService<TContext>();
            await KeyChecks.RequireAsync(db, services.GetRequiredService<EncryptionKeys>(), services.GetRequiredService<BlindIndex>(), stopping);
            await db.Database.OpenConnectionAsync(stopping);
            var keys = services.GetRequiredService<EncryptionKeys>();
            var rekeying = new Rekeying((NpgsqlConnection)db.Database.GetDbConnection(), keys, Console.Out);
            var (places, unreadable, left) = (SealedPlace.Of(db.Model), 0L, 0L);
            foreach (var place in places)
            {
                var (done, broken) = await rekeying.RunAsync(place, most, stopping);
                most -= done;
                unreadable += broken;
            }
            // After all of them: a replica may have written into the first while the last was at work.
            foreach (var place in places) left += await rekeying.TellAsync(place, stopping);
            if (most <= 0) await Console.Out.WriteLineAsync("As many as were asked for: run it again for the rest.");
            if (!all || left == 0) return unreadable == 0 ? 0 : 1;
            await Console.Out.WriteLineAsync($"{left} are not under {keys.Current}, {unreadable} of them because they cannot be opened (see above). If there are others, somebody "
                + $"still seals under another key: set Privacy__CurrentKey={keys.Current} for every replica and run it again. Keep the old keys until it ends with 0.");
            return 1;
        });
}

/// <summary>A column of sealed texts as the database knows it; names are quoted.</summary>
internal sealed record SealedPlace(SealedColumn Column, string Table, string Key, string Text)
{
    /// <summary>SQL of the id of the key that has sealed a text, or of ? for what is none.</summary>
    public string KeyId => $"CASE WHEN length({Text}) > 2 THEN encode(substring({Text} FROM 3 FOR get_byte({Text}, 1)), 'escape') ELSE '?' END";

    /// <exception cref="InvalidOperationException">A table with sealed texts has another key than one uuid, or two columns are sealed for one place.</exception>
    public static IReadOnlyList<SealedPlace> Of(IModel model)
    {
        var places = InOrder(model).ToList();
        return places.CountBy(place => place.Column.Name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice }
            ? throw new InvalidOperationException($"{twice}: two columns are sealed under this name, so what belongs into one could be put into the other.")
            : places;
    }

    private static IEnumerable<SealedPlace> InOrder(IModel model) =>
        from type in model.GetEntityTypes()
        from property in type.GetDeclaredProperties()
        let name = property.FindAnnotation(SealedMapping.Annotation)?.Value as string
        where name is not null
        let table = StoreObjectIdentifier.Create(type, StoreObjectType.Table) ?? throw new InvalidOperationException($"{name} is in no table.")
        let key = type.FindPrimaryKey() is { Properties: [{ } single] } && single.ClrType == typeof(Guid)
            ? single : throw new InvalidOperationException($"{name}: the key of a table with sealed texts must be one uuid.")
        select new SealedPlace(new(name), (table.Schema is null ? "" : Quoted(table.Schema) + ".") + Quoted(table.Name),
            Quoted(key.GetColumnName(table)!), Quoted(property.GetColumnName(table)!));

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Seals the texts of a column anew.</summary>
internal sealed class Rekeying(NpgsqlConnection connection, EncryptionKeys keys, TextWriter output)
{
    private const int Batch = 500;
    private const int Passes = 5; // somebody may have changed a text between our reading and writing, and sealed it under the old key
    private const int Attempts = 5;
    private const int Told = 10_000; // texts from one line of progress to the next

    public async Task<(long Done, long Unreadable)> RunAsync(SealedPlace place, long most, CancellationToken cancel)
    {
        var (done, unreadable) = (0L, 0L);
        for (var pass = 1; pass <= Passes && done < most; pass++)
        {
            var (lost, after) = (0, Guid.Empty);
            unreadable = 0;
            while (done < most && await ReadAsync(place, after, (int)Math.Min(Batch, most - done), cancel) is { Count: > 0 } old)
            {
                var anew = old.Select(row => (row.Id, row.Box, New: Reseal(place, row.Id, row.Box))).ToList();
                var opened = anew.Where(row => row.New is not null).ToList();
                unreadable += anew.Count - opened.Count;
                var doneNow = await WriteAsync(place, opened, cancel);
                lost += opened.Count - doneNow;
                if (done / Told < (done + doneNow) / Told) await output.WriteLineAsync($"{place.Column.Name}: {done + doneNow} so far");
                done += doneNow;
                after = old[^1].Id;
            }
            if (lost == 0) break;
        }
        return (done, unreadable);
    }

    /// <summary>
    /// Prints how many texts each key has sealed: a key that none names is needed for backups only. Returns how many the current one has not.
    /// </summary>
    public async Task<long> TellAsync(SealedPlace place, CancellationToken cancel)
    {
        await using var count = new NpgsqlCommand($"""
            SELECT {place.KeyId}, count(*), count(*) FILTER (WHERE substring({place.Text} FROM 1 FOR {keys.CurrentHeader.Length}) <> $1)
            FROM {place.Table} WHERE {place.Text} IS NOT NULL GROUP BY 1 ORDER BY 1
            """, connection) { CommandTimeout = 0 };
        count.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = keys.CurrentHeader });
        await using var rows = await count.ExecuteReaderAsync(cancel);
        var left = 0L;
        while (await rows.ReadAsync(cancel))
        {
            await output.WriteLineAsync($"{place.Column.Name}: {rows.GetInt64(1)} under {rows.GetString(0)}");
            left += rows.GetInt64(2);
        }
        return left;
    }

    private async Task<List<(Guid Id, byte[] Box)>> ReadAsync(SealedPlace place, Guid after, int limit, CancellationToken cancel)
    {
        await using var read = new NpgsqlCommand($"""
            SELECT {place.Key}, {place.Text} FROM {place.Table}
            WHERE {place.Key} > $1 AND substring({place.Text} FROM 1 FOR {keys.CurrentHeader.Length}) <> $2 ORDER BY {place.Key} LIMIT {limit}
            """, connection) { CommandTimeout = 0 };
        read.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        read.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = keys.CurrentHeader });
        await using var rows = await read.ExecuteReaderAsync(cancel);
        var found = new List<(Guid, byte[])>();
        while (await rows.ReadAsync(cancel)) found.Add((rows.GetGuid(0), rows.GetFieldValue<byte[]>(1)));
        return found;
    }

    private byte[]? Reseal(SealedPlace place, Guid row, byte[] box)
    {
        try
        {
            return keys.Seal(place.Column, row, keys.Open(place.Column, row, box));
        }
        catch (SealBroken broken)
        {
            output.WriteLine(broken.Message);
            return null;
        }
    }

    // Only where the text is still the one that was read: whoever has changed it meanwhile has sealed it anew.
    private async Task<int> WriteAsync(SealedPlace place, List<(Guid Id, byte[] Box, byte[]? New)> rows, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var write = new NpgsqlCommand($"""
                    UPDATE {place.Table} AS t SET {place.Text} = d.new FROM unnest($1, $2, $3) AS d (id, old, new)
                    WHERE t.{place.Key} = d.id AND t.{place.Text} = d.old
                    """, connection);
                write.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.Id)] });
                write.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Box)] });
                write.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.New!)] });
                return await write.ExecuteNonQueryAsync(cancel);
            }
            catch (PostgresException fault) when (attempt < Attempts && DatabaseFault.IsCollision(fault))
            {
                // A deadlock with somebody who changes several of these rows: it is done again.
            }
        }
    }
}
