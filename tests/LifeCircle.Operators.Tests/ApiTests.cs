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
    public async Task An_id_in_a_path_says_whose_it_is()
    {
        using var client = app.Client((TestToken?)null);
        var clients = (await client.ReadAsync("/operators/openapi/v1.json")).Json.GetProperty("paths").GetProperty("/operators/v1/operators/{id}/clients");
        var id = clients.GetProperty("get").GetProperty("parameters").EnumerateArray().Single();
        Assert.Equal(("id", "Id of the operator."), (id.GetProperty("name").GetString(), id.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task The_document_names_no_state_that_no_client_ever_sees()
    {
        using var client = app.Client((TestToken?)null);
        var states = (await client.ReadAsync("/operators/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas").GetProperty("WebhookState");
        Assert.Equal(["active", "disabled"], states.GetProperty("enum").EnumerateArray().Select(state => state.GetString()));
        using var owner = app.Client("webhooks.manage");
        var refused = await owner.ReadAsync("/operators/v1/webhooks?state=deleted");
        Assert.Equal((400, "state"), ((int)refused.Status, refused.Fields));
    }
}
