using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens;
using LifeCircle.Operators.Tokens.Withdrawals;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>What a new client is for, what it may do, and how it proves who it is.</summary>
public sealed record RegisterClientRequest
{
    /// <summary>The operator's own word for it, e.g. the system's name.</summary>
    [TextLength(1, ClientMapping.MaximumNameLength)]
    public required string Name { get; init; }

    /// <summary>
    /// <c>production</c>: to serve residents, once the operator is admitted. <c>sandbox</c>: to try a system out, once the operator is approved. Tokens
    /// of a sandbox client are good at the sandbox alone, an installation with made-up residents whose address the answer tells; here they are refused
    /// with 401. Where the district has no sandbox, 409 <c>operators.client_no_sandbox</c>.
    /// </summary>
    public required ClientEnvironment Environment { get; init; }

    /// <summary>What it may do, of what its operator may. Left out: all that, also what the operator is granted later.</summary>
    [Count(1, 50)]
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>
    /// Confines it to a division inside those of its operator: 6, 9 or 12 digits. A client of a district system always is; left out, to the
    /// system's only division.
    /// </summary>
    [Matches(@"^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    public string? DivisionCode { get; init; }

    /// <summary>
    /// How it proves who it is. With <c>private_key_jwt</c> by assertions (RFC 7523) whose <c>aud</c> is the issuer, as
    /// <c>/.well-known/oauth-authorization-server</c> names it, and nothing else: not the address of the token endpoint. They have a <c>jti</c> of their own
    /// and live 5 minutes at the most.
    /// </summary>
    public ClientAuthenticationMethod AuthenticationMethod { get; init; } = ClientAuthenticationMethod.ClientSecret;

    /// <summary>With <c>private_key_jwt</c>: its public keys, 1 to 5.</summary>
    [Count(1, 5)]
    public IReadOnlyList<PublicKey>? Keys { get; init; }

    internal ClientDetails Read(Operator owner, Caller caller)
    {
        if (AuthenticationMethod is ClientAuthenticationMethod.PrivateKeyJwt != Keys is not null)
            throw new RuleBroken(ClientRules.KeysInvalid, "keys", "They are for private_key_jwt, which needs them.", "仅 private_key_jwt 使用且须提供。");
        foreach (var (place, scope) in (Scopes ?? []).Index())
            if (!owner.Scopes.Contains(scope)) throw new RuleBroken(ClientRules.ScopeNotGranted, $"scopes[{place}]");
        var keys = Keys is null ? null : new PublicKeySet { Keys = Keys }.Read("keys");
        return new(OperatorsRules.Text.Require(Name, "name", ClientMapping.MaximumNameLength), Environment, Scopes?.Distinct().ToArray(), Division(owner, caller), keys);
    }

    // The tokens of a district system name no operator, so nothing but the division confines them.
    private string? Division(Operator owner, Caller caller)
    {
        var division = DivisionCode ?? (caller.OperatorId is null ? null : caller.DivisionCode)
            ?? (owner is { Type: OperatorType.DistrictSystem, DivisionCodes: [var only] } ? only : null);
        if (division is null ? owner.Type is OperatorType.DistrictSystem : !owner.ServesAllOf(division))
            throw new RuleBroken(ClientRules.DivisionInvalid, "division_code");
        if (division is not null && !caller.Covers(division)) throw new RuleBroken(OperatorsRules.ForeignDivision, "division_code");
        return division;
    }
}

/// <summary>A system of an operator gets an id, and a secret unless it signs with a private key.</summary>
public static class RegisterClient
{
    /// <summary>An operator may have so many.</summary>
    public const int Maximum = 20;

    internal static async Task<CreatedVersioned<ClientSecretAnswer>> Handle(
        Guid id, RegisterClientRequest request, Caller caller, ClientRegister register, IOptions<TokenRules> rules, OperatorsDbContext db,
        TimeProvider clock, CancellationToken cancel)
    {
        // Two at once must not both be the last that fits, nor may one slip past a suspension that is under way.
        await WithdrawnClient.LockAsync(db, id, cancel);
        var owner = await db.OwnerAsync(id, caller, cancel);
        if (request.Environment is ClientEnvironment.Sandbox && rules.Value.Sandbox is null) throw new RuleBroken(ClientRules.NoSandbox, "environment");
        var details = request.Read(owner, caller);
        caller.RequireHeld(owner, details.Scopes ?? owner.Scopes);
        if (!owner.Admits(request.Environment)) throw new RuleBroken(ClientRules.NotYet, "environment");
        if (await db.Set<Client>().CountAsync(client => client.OperatorId == id, cancel) >= Maximum) throw new RuleBroken(ClientRules.TooMany);
        var secret = details.Keys is null ? OperatorClients.NewSecret() : null;
        var client = Client.Register(owner, details, secret is null ? null : await register.HashAsync(secret, cancel), clock.GetUtcNow());
        db.Add(client);
        await db.SaveChangesAsync(cancel);
        return ClientSecretAnswer.Created(client, owner, secret, rules.Value);
    }
}
