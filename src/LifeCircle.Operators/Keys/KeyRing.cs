using System.Security.Cryptography;
using LifeCircle.Operators.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace LifeCircle.Operators.Keys;

/// <summary>
/// The signing keys of the database in the memory of a replica, the one that signs first. OpenIddict reads them from its options, which
/// are made anew whenever the ring changes.
/// </summary>
internal sealed class KeyRing(IServiceScopeFactory scopes, IOptions<TokenRules> rules, TimeProvider clock)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private readonly KeyEncryption _encryption = new(rules.Value.KeyEncryptionKey);
    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile SigningCredentials[] _keys = [];
    private CancellationTokenSource _change = new();

    public string? Name => Options.DefaultName;

    /// <summary>False until the database could be read once.</summary>
    public bool IsLoaded => _keys.Length > 0;

    /// <summary>What signs now, once it is loaded.</summary>
    public SigningCredentials Current => _keys[0];

    /// <summary>Takes over what other replicas did, and does what is due: makes the next key, deletes outlived ones.</summary>
    /// <exception cref="SigningKeyUnreadable">The database belongs to another key-encryption key.</exception>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await _refreshing.WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<OperatorsDbContext>();
            var now = clock.GetUtcNow();
            var keys = await ReadAsync(db, cancel);
            if (KeySchedule.NextSignsFrom(keys, rules.Value, now) is not null || KeySchedule.Outlived(keys, rules.Value, now).Any())
                keys = await ChangeAsync(db, now, cancel);
            Take(keys, KeySchedule.Current(keys, now));
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Loads the ring if no attempt has succeeded yet.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        if (!IsLoaded) await RefreshAsync(cancel);
    }

    public void Configure(OpenIddictServerOptions options)
    {
        if (IsLoaded) options.SigningCredentials.AddRange(_keys);
        else options.SigningCredentials.Add(StandIn()); // OpenIddict refuses to exist without a key; it answers nobody before the ring is loaded
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

    public void Dispose()
    {
        _encryption.Dispose();
        _refreshing.Dispose();
        _change.Dispose();
    }

    private static Task<List<SigningKey>> ReadAsync(OperatorsDbContext db, CancellationToken cancel) =>
        db.Set<SigningKey>().AsNoTracking().OrderBy(key => key.SignsFrom).ThenBy(key => key.Id).ToListAsync(cancel);

    private async Task<List<SigningKey>> ChangeAsync(OperatorsDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('signing keys'))", cancel);
        var keys = await ReadAsync(db, cancel);
        foreach (var key in keys) key.Open(_encryption); // a replica with a wrong key-encryption key must not add to the ring
        db.RemoveRange(KeySchedule.Outlived(keys, rules.Value, now));
        if (KeySchedule.NextSignsFrom(keys, rules.Value, now) is { } signsFrom)
            db.Add(SigningKey.Generate(_encryption, signsFrom));
        await db.SaveChangesAsync(cancel);
        keys = await ReadAsync(db, cancel);
        await transaction.CommitAsync(cancel);
        return keys;
    }

    private void Take(List<SigningKey> keys, SigningKey current)
    {
        string[] ids = [current.Id, .. keys.Select(key => key.Id).Where(id => id != current.Id)];
        if (ids.SequenceEqual(_keys.Select(key => key.Key.KeyId))) return;
        var known = _keys.ToDictionary(key => key.Key.KeyId);
        var rows = keys.ToDictionary(key => key.Id);
        _keys = [.. ids.Select(id => known.GetValueOrDefault(id) ?? rows[id].Open(_encryption))];
        Interlocked.Exchange(ref _change, new CancellationTokenSource()).Cancel();
    }

    private static SigningCredentials StandIn() => new(
        new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "none" }, SecurityAlgorithms.EcdsaSha256);
}
