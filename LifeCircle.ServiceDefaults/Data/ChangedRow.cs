using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace LifeCircle.ServiceDefaults;

/// <summary>A row that a change wanted to alter.</summary>
internal sealed class ChangedRow
{
    private readonly string _lock;
    private readonly object[] _key;

    private ChangedRow(string sql, object[] key) => (_lock, _key) = (sql, key);

    /// <summary>Those that the context would have altered or deleted, in the order in which everybody locks them.</summary>
    public static ChangedRow[] Of(DbContext db) =>
    [
        .. db.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Modified or EntityState.Deleted).Select(entry => Of(db, entry)).OfType<ChangedRow>()
            .DistinctBy(row => row.Name).OrderBy(row => row.Name, StringComparer.Ordinal),
    ];

    /// <summary>Waits until nobody else changes it, for the rest of the transaction. It may be gone by now.</summary>
    public Task LockAsync(DbContext db, CancellationToken cancel) => db.Database.ExecuteSqlRawAsync(_lock, _key, cancel);

    private string Name => $"{_lock} {string.Join(' ', _key)}";

    private static ChangedRow? Of(DbContext db, EntityEntry entry)
    {
        if (StoreObjectIdentifier.Create(entry.Metadata, StoreObjectType.Table) is not { } table || entry.Metadata.FindPrimaryKey() is not { } key) return null;
        if (entry.Metadata.IsMappedToJson()) return null; // a part of its owner's row
        var sql = db.GetService<ISqlGenerationHelper>();
        var columns = key.Properties.Select((property, place) => $"{sql.DelimitIdentifier(property.GetColumnName(table)!)} = {{{place}}}");
        return new(
            $"SELECT FROM {sql.DelimitIdentifier(table.Name, table.Schema)} WHERE {string.Join(" AND ", columns)} FOR NO KEY UPDATE",
            [.. key.Properties.Select(property => Stored(entry.Property(property)))]);
    }

    private static object Stored(PropertyEntry property) =>
        property.Metadata.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(property.OriginalValue)! : property.OriginalValue!;
}
