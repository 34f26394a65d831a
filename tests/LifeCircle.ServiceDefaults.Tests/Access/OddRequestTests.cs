using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Access;

/// <summary>The odd requests that every service's tests make, made to the made-up service; and that they see what is wrong.</summary>
public sealed class OddRequestTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    private const string Place = "POST /orders/v1/orders";

    [Fact]
    public async Task Finds_nothing_where_nothing_is_wrong() => await app.CheckOddRequestsAsync("orders", Matrix(note: "soon"));

    [Fact]
    public async Task Sees_an_internal_error_and_prints_seed_and_request()
    {
        await app.Database.ExecuteAsync("DELETE FROM idempotency_key"); // the other test's requests have the same keys, and other bodies

        var report = (await Assert.ThrowsAnyAsync<Exception>(() => app.CheckOddRequestsAsync("orders", Matrix(Mishaps.Breaks)))).Message;

        Assert.Contains("With ODD_REQUESTS_SEED=", report, StringComparison.Ordinal);
        Assert.Contains($"{Place}: ", report, StringComparison.Ordinal);
        Assert.Contains($"\n  {Place}", report, StringComparison.Ordinal);
        Assert.Contains("was answered: 500 ", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(503, "{}")]
    [InlineData(504, "{}")]
    [InlineData(400, "{\"title\": \"Npgsql.PostgresException\"}")]
    [InlineData(400, "{\"title\": \"System.FormatException\"}")]
    [InlineData(200, "in LifeCircle.Orders")]
    [InlineData(400, "x\n   at y")]
    [InlineData(400, "{\"stackTrace\": 1}")]
    public void Sees_an_answer_that_tells_of_the_inside(int status, string text) => Assert.NotNull(OddRequestCheck.Fault(status, text));

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(400, "{\"title\": \"The request is malformed.\"}")]
    [InlineData(429, "")]
    public void Sees_nothing_in_an_ordinary_answer(int status, string text) => Assert.Null(OddRequestCheck.Fault(status, text));

    private static AccessMatrix Matrix(string note) => new()
    {
        Samples = new Dictionary<string, SampleRequest> { [Place] = new(Sample.Order(note: note)) },
    };
}
