namespace LifeCircle.Operators.Tests;

public sealed class ApiTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCommittedAsync(client, "operators");
    }

    [Fact]
    public async Task The_document_has_all_that_a_clients_author_needs()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCompleteAsync(client, "operators", others: ("/oauth/", "application/json")); // RFC 6749 section 5.2
    }

    [Fact]
    public void Every_route_says_who_may_call_it() => RouteCheck.EveryRouteSaysWhoMayCallIt(app.Services);
}
