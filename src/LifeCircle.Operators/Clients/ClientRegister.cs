using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace LifeCircle.Operators.Clients;

/// <summary>
/// OpenIddict's register of clients, which hashes secrets slowly on purpose; here that is paid once for a right secret. Within the overlap of a
/// rotation the secret before is right, too.
/// </summary>
internal sealed class ClientRegister(
    IOpenIddictApplicationCache<Client> cache, ILogger<OpenIddictApplicationManager<Client>> logger, IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<Client> store, VerifiedSecrets verified, TimeProvider clock) : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    /// <summary>As secrets are stored.</summary>
    public ValueTask<string> HashAsync(string secret, CancellationToken cancel) => ObfuscateClientSecretAsync(secret, cancel);

    public override async ValueTask<bool> ValidateClientSecretAsync(Client application, string secret, CancellationToken cancellationToken = default)
    {
        var previous = application.PreviousSecretAt(clock.GetUtcNow());
        // The slow look at the newer one is not for every request with the one before.
        if (previous is not null && verified.Contains(secret, previous)) return true;
        return await base.ValidateClientSecretAsync(application, secret, cancellationToken)
            || (previous is not null && await ValidateClientSecretAsync(secret, previous, cancellationToken));
    }

    protected override async ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default)
    {
        if (verified.Contains(secret, comparand)) return true;
        if (!await base.ValidateClientSecretAsync(secret, comparand, cancellationToken)) return false;
        verified.Add(secret, comparand);
        return true;
    }
}

/// <summary>Which secrets a replica has found to match which stored hash, in a form that is of no use outside its memory.</summary>
internal sealed class VerifiedSecrets
{
    private const int Maximum = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte> _proofs = new(StringComparer.Ordinal);

    public bool Contains(string secret, string hash) => _proofs.ContainsKey(Proof(secret, hash));

    public void Add(string secret, string hash)
    {
        if (_proofs.Count >= Maximum) _proofs.Clear();
        _proofs.TryAdd(Proof(secret, hash), 0);
    }

    // A secret that is changed or withdrawn has another hash, or none, in the database: its proof is never asked for again.
    private string Proof(string secret, string hash) => Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash} {secret}")));
}
