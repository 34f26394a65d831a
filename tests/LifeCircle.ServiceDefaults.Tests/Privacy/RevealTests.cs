using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;
using LifeCircle.ServiceDefaults.Tests.Recipients;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class RevealTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    private const string Recipients = "/orders/v1/recipients";
    private const string Why = """{"purpose":"service_delivery","reason":"order 4711"}""";

    [Fact]
    public async Task Without_a_purpose_everybody_sees_masks()
    {
        var (id, mobile, residentId) = await RegisterAsync();
        using var client = app.Client();
        var shown = await client.ReadAsync($"{Recipients}/{id}");
        Assert.Equal(("欧阳**", $"138****{mobile[7..]}", $"410***********{residentId[14..]}", "山城区长风中路****"),
            (shown["name"], shown["mobile"], shown["resident_id"], shown["address"]));
    }

    [Fact]
    public async Task The_database_holds_no_plain_text_in_any_table()
    {
        var (_, mobile, residentId) = await RegisterAsync();
        var tables = await app.Database.QueryAsync<string[]>("SELECT array_agg(quote_ident(tablename)) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Contains("idempotency_key", tables); // kept answers are looked at as well
        foreach (var secret in (string[])[mobile, residentId, "小明", "401室"])
            foreach (var form in (string[])[secret, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret))])
                foreach (var table in tables)
                    Assert.True(await app.Database.CountAsync($"{table} t WHERE t::text LIKE '%{form}%' OR encode(t::text::bytea, 'escape') LIKE '%{form}%'") == 0, $"{secret} in {table}");
    }

    [Fact]
    public async Task Somebody_is_found_by_a_number_that_is_nowhere_stored()
    {
        var (id, mobile, _) = await RegisterAsync();
        var spelled = $$"""{"mobile":"+86 {{mobile[..3]}}-{{mobile[3..7]}}-{{mobile[7..]}}"}""";
        using var client = app.Client();
        Assert.Equal(id, Assert.Single((await client.PostJsonAsync($"{Recipients}/find", spelled)).Json.EnumerateArray()).GetProperty("id").GetString());
        using var stranger = app.Client(new TestToken { Scopes = ["orders.read"], Division = "500104" });
        Assert.Empty((await stranger.PostJsonAsync($"{Recipients}/find", spelled)).Json.EnumerateArray());
    }

    [Fact]
    public async Task Plain_text_is_given_for_a_purpose_and_leaves_an_entry()
    {
        var (id, mobile, residentId) = await RegisterAsync();
        using var client = app.Client(new TestToken { ClientId = "clerk", Scopes = ["orders.reveal"], Division = "500103" });
        var plain = await client.PostJsonAsync($"{Recipients}/{id}/reveal", Why);
        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.Equal(("欧阳小明", mobile, residentId, "山城区长风中路88号3单元401室"), (plain["name"], plain["mobile"], plain["resident_id"], plain["address"]));
        Assert.Equal("no-store", plain.Header("Cache-Control"));
        Assert.Equal("clerk|500103|recipient.revealed|recipient|service_delivery|order 4711|{\"columns\":[\"recipient.name\",\"recipient.mobile\",\"recipient.resident_id\",\"recipient.address\"]}",
            await app.Database.QueryAsync<string>($"""
                SELECT concat_ws('|', client_id, division, action, subject_kind, purpose, reason, detail::text) FROM audit_entry
                WHERE subject_id = '{id}' AND action = 'recipient.revealed' AND length(trace_id) = 32 AND at = '{app.Clock.Now.UtcDateTime:O}'
                """));
    }

    [Theory]
    [InlineData("""{"reason":"order 4711"}""", 400)]
    [InlineData("""{"purpose":"service_delivery"}""", 400)]
    [InlineData("""{"purpose":"curiosity","reason":"order 4711"}""", 400)]
    [InlineData("""{"purpose":"ServiceDelivery","reason":"order 4711"}""", 400)]
    [InlineData("""{"purpose":0,"reason":"order 4711"}""", 400)]
    [InlineData("""{"purpose":"service_delivery","reason":"-"}""", 400)]
    [InlineData("""{"purpose":"service_delivery","reason":"        "}""", 422)]
    [InlineData("""{"purpose":"service_delivery","reason":"a   "}""", 422)]
    [InlineData("""{"purpose":"service_delivery","reason":"  abc "}""", 422)]
    [InlineData("""{"purpose":"service_delivery","reason":"two\nlines"}""", 422)]
    [InlineData("""{"purpose":"service_delivery","reason":"call 13812345678"}""", 422)]
    [InlineData("""{"purpose":"service_delivery","reason":"of 410699194508151029"}""", 422)]
    public async Task Without_a_purpose_and_a_reason_of_their_own_nothing_is_revealed(string why, int status) =>
        await AssertNothingAsync("reveal", status, why);

    [Fact]
    public async Task What_the_caller_may_not_see_is_not_revealed()
    {
        await AssertNothingAsync("reveal", 404, Why, new TestToken { Scopes = ["orders.reveal"], Division = "500104" });
        await AssertNothingAsync("reveal", 403, Why, new TestToken { Scopes = ["orders.read", "orders.write"] });
    }

    [Fact]
    public async Task Without_an_entry_nothing_is_revealed()
    {
        var recipient = await RegisterAsync();
        await app.Database.ExecuteAsync("REVOKE INSERT ON audit_entry FROM orders");
        try
        {
            await AssertNothingAsync("reveal", 500, Why, recipient: recipient);
        }
        finally
        {
            await app.Database.ExecuteAsync("GRANT INSERT ON audit_entry TO orders");
        }
    }

    [Fact]
    public async Task Nothing_is_revealed_before_the_entry_is_committed()
    {
        await app.Database.ExecuteAsync("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'at the commit'; END $$;
            CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.action = 'recipient.revealed') EXECUTE FUNCTION refuse();
            """);
        try
        {
            await AssertNothingAsync("reveal", 500, Why);
        }
        finally
        {
            await app.Database.ExecuteAsync("DROP TRIGGER refusing ON audit_entry; DROP FUNCTION refuse()");
        }
    }

    [Theory]
    [InlineData("reveal-and-refuse")] // answers 409 with what it has opened, so its entry would be rolled back
    [InlineData("reveal-carelessly")] // has no transaction
    [InlineData("reveal-and-keep")] // would keep its answer, for a request that has no entry
    public async Task A_route_that_would_lose_the_entry_reveals_nothing(string route) => await AssertNothingAsync(route, 500, Why);

    [Fact]
    public void A_grant_opens_its_row_and_columns_only()
    {
        var personal = Ring.PersonalData("k1");
        var (row, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var grant = new RevealGrant(row, [Recipient.NameColumn]);
        Assert.Equal("张三", personal.Open(Recipient.NameColumn, row, personal.Seal(Recipient.NameColumn, row, "张三"), grant));
        Assert.Throws<InvalidOperationException>(() => personal.Open(Recipient.NameColumn, other, personal.Seal(Recipient.NameColumn, other, "张三"), grant));
        Assert.Throws<InvalidOperationException>(() => personal.Open(Recipient.AddressColumn, row, personal.Seal(Recipient.AddressColumn, row, "x"), grant));
    }

    [Fact]
    public async Task A_route_that_keeps_its_answers_cannot_reveal()
    {
        await using var service = WebApplication.CreateBuilder().Build();
        service.MapPost("/reveal", () => "").WithReveal<OrdersDbContext>("orders.reveal").WithIdempotency<OrdersDbContext>();
        var failure = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)service).DataSources.SelectMany(source => source.Endpoints).ToList());
        Assert.Contains("an idempotent answer is kept as it is", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reveal_is_a_POST()
    {
        await using var service = WebApplication.CreateBuilder().Build();
        service.MapGet("/reveal", () => "").WithReveal<OrdersDbContext>("orders.reveal");
        var failure = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)service).DataSources.SelectMany(source => source.Endpoints).ToList());
        Assert.Contains("a reveal must be a POST", failure.Message, StringComparison.Ordinal);
    }

    private async Task<(string Id, string Mobile, string ResidentId)> RegisterAsync()
    {
        var (mobile, residentId) = (Sample.Mobile(), Sample.ResidentId());
        using var client = app.Client();
        var registered = await client.PostJsonAsync(Recipients, Sample.Recipient(residentId, mobile: mobile));
        Assert.Equal(HttpStatusCode.Created, registered.Status);
        return (registered["id"]!, mobile, residentId);
    }

    private async Task AssertNothingAsync(string route, int status, string why, TestToken? token = null, (string, string, string)? recipient = null)
    {
        var (id, mobile, _) = recipient ?? await RegisterAsync();
        using var client = app.Client(token ?? new TestToken { Scopes = ["orders.reveal"] });
        var answer = await client.PostJsonAsync($"{Recipients}/{id}/{route}", why);
        Assert.Equal(status, (int)answer.Status);
        foreach (var secret in (string[])[mobile, "小明", "401室"]) Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, await app.Database.CountAsync($"idempotency_key WHERE position('{mobile}'::bytea IN body) > 0"));
        Assert.Equal(0, await app.Database.CountAsync($"audit_entry WHERE subject_id = '{id}' AND action = 'recipient.revealed'"));
    }
}
