namespace LifeCircle.Venues.Tests;

public sealed class ApiTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCommittedAsync(client, "venues");
    }

    [Fact]
    public async Task The_document_has_all_that_a_clients_author_needs()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCompleteAsync(client, "venues");
    }
}
