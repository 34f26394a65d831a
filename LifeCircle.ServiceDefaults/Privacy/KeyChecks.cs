using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LifeCircle.ServiceDefaults;

/// <summary>A number that only the key of this name gives, and that does not give the key away.</summary>
public sealed class KeyCheck
{
    /// <summary>The setting, e.g. <c>Privacy__Keys__k1</c>.</summary>
    public required string Name { get; init; }

    public required byte[] Value { get; init; }
}

/// <summary>
/// Whether the keys of personal data are those that the database was used with. The first service to start with a key leaves its check value,
/// and every later one compares: another key under an old name would seal what the others cannot open, and another blind index would find
/// nobody and let everybody be registered twice. A name and its value stay for good, as long as backups, so the service's role may add and not change.
/// </summary>
internal static class KeyChecks
{
    public static void Map(ModelBuilder model) => model.Entity<KeyCheck>(check =>
    {
        check.ToTable("key_check").HasAnnotation(AuditTrail.AppendOnly, true);
        check.HasKey(row => row.Name);
    });

    public static byte[] ValueOf(byte[] key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "lifecircle key check"u8.ToArray());

    /// <summary>Replicas may do it at the same moment: of two with different keys under one name, the second is refused.</summary>
    /// <exception cref="InvalidOperationException">A key is another one, or one that is in use is missing. It says which setting.</exception>
    public static async Task RequireAsync(DbContext db, EncryptionKeys keys, BlindIndex index, CancellationToken cancel)
    {
        Dictionary<string, byte[]> given = new([.. keys.Checks, index.Check], StringComparer.Ordinal);
        var known = await KnownAsync(db, cancel);
        RequireSame(given, known);

        // Looked for only where it can be: every key leaves its value here before it seals. Values are left after that, or else the search
        // would not be done at the next start, in a database that was restored from before there were any.
        var left = known.Keys.Except(given.Keys).Any();
        var anew = given.Where(check => !known.ContainsKey(check.Key)).ToList();
        if (left || anew.Count > 0) await RequireAllInUseAsync(db, keys, cancel);
        if (anew.Count == 0) return;
        foreach (var (name, value) in anew)
            await db.Database.ExecuteSqlAsync($"INSERT INTO key_check (name, value) VALUES ({name}, {value}) ON CONFLICT DO NOTHING", cancel);
        RequireSame(given, await KnownAsync(db, cancel));
    }

    private static Task<Dictionary<string, byte[]>> KnownAsync(DbContext db, CancellationToken cancel) =>
        db.Set<KeyCheck>().AsNoTracking().ToDictionaryAsync(check => check.Name, check => check.Value, cancel);

    private static void RequireSame(Dictionary<string, byte[]> given, Dictionary<string, byte[]> known)
    {
        foreach (var (name, value) in given)
            if (known.TryGetValue(name, out var before) && !before.AsSpan().SequenceEqual(value))
                throw new InvalidOperationException(name == BlindIndex.Setting
                    ? $"{name} is not the key that this database was used with: nobody would be found by a number, and everybody could be registered twice. Set it to the former key."
                    : $"{name} is not the key that this database was used with under that name: it would not open what the other one has sealed. Set it to the former key; a new key needs a new name.");
    }

    private static async Task RequireAllInUseAsync(DbContext db, EncryptionKeys keys, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            foreach (var place in SealedPlace.Of(db.Model))
            {
                // What is no box at all is no key's; it is told where it is read.
                await using var find = new NpgsqlCommand($"""
                    SELECT id FROM (SELECT {place.KeyId} AS id FROM {place.Table} WHERE {place.Text} IS NOT NULL) AS used
                    WHERE id <> ALL ($1) AND id ~ '^[a-z0-9_-]+$' LIMIT 1
                    """, (NpgsqlConnection)db.Database.GetDbConnection()) { CommandTimeout = 0 };
                find.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Ids] });
                if (await find.ExecuteScalarAsync(cancel) is string id)
                    throw new InvalidOperationException($"{EncryptionKeys.SettingOf(id)} is not set, and its key has sealed texts in {place.Column.Name}. Set it to that key, and keep it until rekey has ended with 0.");
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
