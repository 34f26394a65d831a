using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Access;

/// <summary>The matrix that every service's tests run, run against the made-up service; and that it sees what is wrong.</summary>
public sealed class AccessMatrixTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    private const string Orders = "/orders/v1/orders";
    private const string Recipients = "/orders/v1/recipients";
    private const string Hours = "GET /orders/v1/opening-hours";

    private static readonly TestToken Owner = new() { ClientId = "owner", Division = "500103" };
    private static readonly TestToken Stranger = new() { ClientId = "stranger", Division = "500104" };

    [Fact]
    public async Task Finds_nothing_where_nothing_is_wrong() => await app.CheckAccessAsync("orders", await MatrixAsync());

    [Fact]
    public async Task Sees_an_operation_that_nobody_meant_to_be_for_everybody() =>
        await AssertSeesAsync(matrix => matrix with { ForEverybody = [] }, $"orders, declared: these are for everybody: {Hours}");

    [Fact]
    public async Task Sees_an_operation_of_which_nobody_has_said_how_it_keeps_divisions_apart()
    {
        await AssertSeesAsync(matrix => matrix with { Things = [] }, $"GET {Orders}/{{id}}, not forgotten: nobody has said",
            $"PUT {Orders}/{{id}}, not forgotten: nobody has said");
        await AssertSeesAsync(matrix => matrix with { Lists = [] }, $"GET {Orders}, not forgotten: nobody has said");
        await AssertSeesAsync(matrix => matrix with { Deeds = [] }, $"POST {Orders}, not forgotten: nobody has said");
        await AssertSeesAsync(matrix => matrix with { Undocumented = [] },
            "GET /orders/v1/odd/broken, declared: the document does not have this route");
        await AssertSeesAsync(matrix => matrix with { SameForAll = new Dictionary<string, string> { [$"POST {Orders}/all"] = "gone" } },
            $"POST {Orders}/all, not forgotten: no such operation");
    }

    [Fact]
    public async Task Sees_an_operation_at_which_one_kind_of_stranger_alone_is_tried() => await AssertSeesAsync(
        matrix => matrix with { OneKindOfStranger = new Dictionary<string, string> { ["orders.write"] = "no operators" } },
        $"GET {Orders}/{{id}}, not forgotten: no foreign operator is tried", $"GET {Orders}, not forgotten: no foreign operator is tried");

    [Fact]
    public async Task Sees_a_list_in_which_no_owners_cursor_is_tried()
    {
        var lonely = new TestToken { ClientId = "lonely", Division = "500105" };
        using var client = app.Client();
        var only = await client.PostJsonAsync(Orders, Sample.Order(division: lonely.Division));
        await AssertSeesAsync(matrix => matrix with { Lists = [.. matrix.Lists.Skip(1), new(Orders, "limit=200", only["id"]!, lonely, Stranger)] },
            $"GET {Orders}, not forgotten: no owner's cursor is tried");
    }

    [Fact]
    public async Task Sees_what_is_found_where_it_is_not() => await AssertSeesAsync(
        matrix => matrix with { Misplaced = [new($"{Orders}/{{id}}", matrix.Things[0].Id, Owner, "orders.order_not_found")] },
        $"GET {Orders}/{{id}}, misplaced thing: 200 instead of 404 orders.order_not_found");

    [Fact]
    public async Task Sees_a_sample_that_is_no_good_request() => await AssertSeesAsync(
        matrix => matrix with { Samples = new Dictionary<string, SampleRequest>(matrix.Samples) { [$"POST {Orders}"] = new("{}") } },
        $"POST {Orders}, admitted: 400 ");

    [Fact]
    public async Task Sees_a_stranger_who_gets_in() => await AssertSeesAsync(
        matrix => matrix with
        {
            Things = [.. matrix.Things.Select(thing => thing with { Stranger = thing.Owner })],
            Lists = [.. matrix.Lists.Select(list => list with { Stranger = list.Owner })],
            Deeds = [.. matrix.Deeds.Select(deed => deed with { Stranger = Owner })],
        },
        $"GET {Orders}/{{id}}, foreign division: 200 instead of 404 orders.order_not_found", "but 404 orders.order_not_found for what does not exist",
        $"PUT {Orders}/{{id}}, foreign division: 200 instead of 404", $"PUT {Orders}/{{id}}, database: changed it: public.change",
        $"GET {Orders}, lists: foreign division finds", $"POST {Orders}, foreign division: 201 instead of 403 orders.foreign_division");

    [Fact]
    public async Task Sees_an_owner_who_does_not_get_in() => await AssertSeesAsync(
        matrix => matrix with
        {
            Things = [.. matrix.Things.Select(thing => thing with { Owner = Stranger })],
            Lists = [.. matrix.Lists.Select(list => list with { Owner = Stranger })],
        },
        $"GET {Orders}/{{id}}, admitted: 404 orders.order_not_found", $"GET {Orders}, lists: the owner does not find");

    private async Task AssertSeesAsync(Func<AccessMatrix, AccessMatrix> change, params string[] failures)
    {
        var matrix = change(await MatrixAsync());
        var report = (await Assert.ThrowsAnyAsync<Exception>(() => app.CheckAccessAsync("orders", matrix))).Message;
        foreach (var failure in failures) Assert.Contains(failure, report, StringComparison.Ordinal);
    }

    private async Task<AccessMatrix> MatrixAsync()
    {
        using var client = app.Client();
        var placed = await client.PostJsonAsync(Orders, Sample.Order(division: Owner.Division!));
        Assert.Equal(201, (int)placed.Status);
        var id = placed["id"]!;
        Assert.Equal(201, (int)(await client.PostJsonAsync(Orders, Sample.Order(division: Owner.Division!))).Status);
        var recipient = await client.PostJsonAsync(Recipients, Sample.Recipient(division: Owner.Division!));
        Assert.Equal(201, (int)recipient.Status);
        return new AccessMatrix
        {
            ForEverybody = [Hours],
            Samples = new Dictionary<string, SampleRequest>
            {
                [$"POST {Orders}"] = new(Sample.Order()),
                [$"POST {Orders}/with-pickup-code"] = new(Sample.Order()),
                [$"POST {Recipients}"] = new(Sample.Recipient()),
                [$"POST {Recipients}/find"] = new("""{"mobile":"13812345678"}"""),
            },
            Things =
            [
                new($"{Orders}/{{id}}", id, Owner, Stranger, "orders.order_not_found"),
                new($"{Recipients}/{{id}}", recipient["id"]!, Owner, Stranger, "orders.recipient_not_found"),
            ],
            Lists = [new(Orders, "limit=200", id, Owner, Stranger), new("/orders/v1/changes", "limit=200", id, Owner, Stranger)],
            Deeds =
            [
                new($"POST {Orders}", new(Sample.Order(division: Owner.Division!)), Stranger, "orders.foreign_division"),
                new($"POST {Orders}/with-pickup-code", new(Sample.Order(division: Owner.Division!)), Stranger, "orders.foreign_division"),
                new($"POST {Recipients}", new(Sample.Recipient(division: Owner.Division!)), Stranger, "orders.foreign_division"),
            ],
            OneKindOfStranger = new Dictionary<string, string>
            {
                ["orders.read"] = "orders know no operators",
                ["orders.write"] = "orders know no operators",
                ["orders.reveal"] = "orders know no operators",
            },
            SameForAll = new Dictionary<string, string> { [$"POST {Recipients}/find"] = "finds what the caller may see: see RecipientTests" },
            Undocumented = ["/orders/v1/odd/", $"{Recipients}/{{id}}/address", $"{Recipients}/{{id}}/reveal-"],
        };
    }
}
