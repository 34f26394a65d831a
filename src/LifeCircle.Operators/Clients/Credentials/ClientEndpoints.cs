using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Clients.Credentials;

public static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup("/operators/v1/operators/{id:guid}/clients").WithTags("Credentials").RequireScope("credentials.manage");

        clients.MapPost("/", RegisterClient.Handle).WithName("registerClient")
            .WithSummary("A system of an operator gets an id, and a secret unless it signs with a private key. The answer shows the secret, once.")
            .WithIdempotency<OperatorsDbContext>(keepAnswer: false).Problems(403, 404, 409, 422);
        clients.MapGet("/", ListClients.Handle).WithName("listClients")
            .WithSummary("The clients of an operator, in the order in which they were registered.").Problems(404);
        clients.MapGet("/{clientId:guid}", GetClient.Handle).WithName("getClient").WithSummary("One client.").Problems(404);
        clients.MapPost("/{clientId:guid}/rotate-secret", RotateClientSecret.Handle).WithName("rotateClientSecret")
            .WithSummary("Gives a client a new secret and shows it, once; the old one is good, too, for a while.")
            .WithIdempotency<OperatorsDbContext>(keepAnswer: false).Problems(403, 404, 409);
        clients.MapPut("/{clientId:guid}/keys", ReplaceClientKeys.Handle).WithName("replaceClientKeys")
            .WithSummary("Replaces the public keys of a client that signs with a private key. When one goes, the client's tokens are taken back. "
                + "The `aud` of its assertions is the issuer, as `/.well-known/oauth-authorization-server` names it, and nothing else: not the address "
                + "of the token endpoint.")
            .WithTransaction<OperatorsDbContext>().Problems(403, 404, 409, 412, 422, 428);
        clients.MapDelete("/{clientId:guid}", RevokeClient.Handle).WithName("revokeClient")
            .WithSummary("Ends a client: no tokens from now on, and those that it has are refused everywhere within a minute.")
            .WithDescription("Webhooks that live by the client go to another client of the same operator and environment that may hear all of them; "
                + "`client_id` of the webhook names it. Where there is none they are disabled with the cause `client_revoked`, which is told as "
                + "webhook.disabled.v1, and what still waits for them is not sent. A client that enables one takes it over. So register the new client "
                + "before the old one is revoked.")
            .WithTransaction<OperatorsDbContext>().Problems(404, 412, 428);
    }
}
