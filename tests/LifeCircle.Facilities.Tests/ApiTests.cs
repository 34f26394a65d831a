namespace LifeCircle.Facilities.Tests;

[Collection<SharedDistrict>]
public sealed class ApiTests(DistrictApp app)
{
    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCommittedAsync(client, "facilities");
    }

    [Fact]
    public async Task The_document_has_all_that_a_clients_author_needs()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCompleteAsync(client, "facilities");
    }
}
