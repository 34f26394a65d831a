using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tokens;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Clients.Credentials;

/// <summary>A client of an operator.</summary>
/// <param name="Id">Its id in paths.</param>
/// <param name="ClientId">Its id when it asks for tokens.</param>
/// <param name="Name">The operator's own word for it.</param>
/// <param name="Environment">What it is for.</param>
/// <param name="AuthenticationMethod">How it proves who it is.</param>
/// <param name="Scopes">What it may do now: what it was given, as far as its operator may do that.</param>
/// <param name="DivisionCode">The division that it is confined to; absent: wherever its operator serves.</param>
/// <param name="KeyIds">The names of its public keys.</param>
/// <param name="PreviousSecretUntil">Until when the secret before is good, too.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="ChangedAt">When it last changed.</param>
public sealed record ClientAnswer(
    Guid Id, string ClientId, string Name, ClientEnvironment Environment, ClientAuthenticationMethod AuthenticationMethod, IReadOnlyList<string> Scopes,
    string? DivisionCode, IReadOnlyList<string>? KeyIds, DateTimeOffset? PreviousSecretUntil, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal static ClientAnswer Of(Client client, Operator owner) => new(
        client.Id, client.ClientId!, client.DisplayName ?? "", client.Environment, client.AuthenticationMethod, client.ScopesUnder(owner),
        client.DivisionCode, PublicKeySet.NamesIn(client.JsonWebKeySet), client.PreviousSecretUntil, client.CreatedAt, client.ChangedAt);

    // What its operator may do changes without a new version of the client.
    internal static OkVersioned<ClientAnswer> Ok(Client client, Operator owner) =>
        ETags.Ok(Of(client, owner), client.Version, string.Join(' ', client.ScopesUnder(owner)));
}

/// <summary>The clients of an operator.</summary>
/// <param name="Items">In the order in which they were registered.</param>
public sealed record ClientsAnswer(IReadOnlyList<ClientAnswer> Items);

/// <summary>A client with its secret, which is shown this once.</summary>
/// <param name="Client">The client.</param>
/// <param name="Secret">With it the client gets tokens; nobody can read it again. Absent for a client that signs with a private key.</param>
/// <param name="SandboxAddress">Of a sandbox client: the installation where its tokens are good. Absent: they are good here.</param>
public sealed record ClientSecretAnswer(ClientAnswer Client, string? Secret, string? SandboxAddress)
{
    internal static CreatedVersioned<ClientSecretAnswer> Created(Client client, Operator owner, string? secret, TokenRules rules) => ETags.Created(
        $"/operators/v1/operators/{owner.Id}/clients/{client.Id}",
        new ClientSecretAnswer(ClientAnswer.Of(client, owner), secret, client.Environment is ClientEnvironment.Sandbox ? rules.Sandbox?.ToString() : null),
        client.Version);
}
