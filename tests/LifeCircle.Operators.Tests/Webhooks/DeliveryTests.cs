using System.Net;
using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Contracts.Operators;

namespace LifeCircle.Operators.Tests.Webhooks;

public sealed class DeliveryTests(WebhooksApp app) : IClassFixture<WebhooksApp>
{
    private readonly string _path = $"/{Guid.CreateVersion7():n}";

    [Fact]
    public async Task An_event_arrives_signed_so_that_an_independent_library_accepts_it()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        var fact = app.Opened();

        await app.PublishAsync(fact);

        var received = Assert.Single(await app.Receiver.HasAsync(_path, 1));
        Assert.Equal("accepted", await VerifyAsync(webhook.Secret, received));
        Assert.Equal("facility.opened.v1", received.Type);
        Assert.Equal(fact.FacilityId, received.Data.GetProperty("facility_id").GetGuid());
        Assert.Equal("application/json", received.Headers["content-type"]);
        Assert.StartsWith("LifeCircle-Webhooks/", received.Headers["user-agent"], StringComparison.Ordinal);
        Assert.DoesNotContain("cookie", received.Headers.Keys);
        Assert.DoesNotContain("accept-encoding", received.Headers.Keys);
    }

    [Fact]
    public async Task What_is_tampered_with_or_older_than_five_minutes_or_signed_with_another_secret_is_refused()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        var other = await app.CreateAsync("/other", ["facility.closed.v1"]);
        await app.PublishAsync(app.Opened());
        var received = Assert.Single(await app.Receiver.HasAsync(_path, 1));

        Assert.Equal("accepted", await VerifyAsync(webhook.Secret, received, later: 299));
        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, received, later: 301));
        Assert.NotEqual("accepted", await VerifyAsync(other.Secret, received));
        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, received with { Body = received.Body.Replace("wet_market", "wet_markets", StringComparison.Ordinal) }));
        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, With(received, "webhook-id", Guid.CreateVersion7().ToString())));
        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, With(received, "webhook-timestamp", $"{app.Clock.Now.ToUnixTimeSeconds() + 1}")));
    }

    [Fact]
    public async Task Both_secrets_sign_until_the_end_of_the_overlap_and_then_the_new_one_alone()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        var rotated = await webhook.PostAsync("/rotate-secret", """{"overlap_hours": 1}""");
        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        var newSecret = rotated["secret"]!;
        Assert.NotEqual(webhook.Secret, newSecret);

        await app.PublishAsync(app.Opened());
        var during = (await app.Receiver.HasAsync(_path, 1))[0];
        app.Clock.Advance(TimeSpan.FromMinutes(61));
        await app.PublishAsync(app.Opened());
        var after = (await app.Receiver.HasAsync(_path, 2))[1];

        Assert.Equal(2, during.Headers["webhook-signature"].Split(' ').Length);
        Assert.Equal("accepted", await VerifyAsync(webhook.Secret, during));
        Assert.Equal("accepted", await VerifyAsync(newSecret, during));
        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, after));
        Assert.Equal("accepted", await VerifyAsync(newSecret, after));
    }

    [Fact]
    public async Task A_rotation_without_overlap_ends_the_old_secret_at_once()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        await webhook.PostAsync("/rotate-secret", """{"overlap_hours": 0}""");

        await app.PublishAsync(app.Opened());

        Assert.NotEqual("accepted", await VerifyAsync(webhook.Secret, (await app.Receiver.HasAsync(_path, 1))[0]));
    }

    [Fact]
    public async Task A_ping_arrives_and_the_log_tells_all_of_it()
    {
        app.Receiver.On(_path, context =>
        {
            context.Response.StatusCode = 202;
            context.Response.ContentType = "text/plain";
            context.Response.Headers.Server = new string('s', 1000);
            context.Response.Headers.SetCookie = "session=secret";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "thank you");
        });
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);

        var answer = await webhook.PostAsync("/ping");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var received = Assert.Single(await app.Receiver.HasAsync(_path, 1));
        Assert.Equal(("webhook.ping.v1", answer["message_id"]), (received.Type, received.Id));
        await webhook.HasAsync(1, "delivered");
        var log = await webhook.GetAsync($"/deliveries/{received.Id}");
        Assert.Equal(received.Body, log["request_body"]);
        var attempt = Assert.Single(log.Json.GetProperty("log").EnumerateArray());
        Assert.Equal((202, "thank you"), (attempt.GetProperty("status").GetInt32(), attempt.GetProperty("response_body").GetString()));
        var answered = attempt.GetProperty("response_headers");
        Assert.Equal(["content-type", "date", "server"], answered.EnumerateObject().Select(header => header.Name).Order());
        Assert.Equal(("text/plain", 200), (answered.GetProperty("content-type").GetString(), answered.GetProperty("server").GetString()!.Length));
        Assert.Equal(received.Headers["webhook-signature"], attempt.GetProperty("request_headers").GetProperty("webhook-signature").GetString());
        Assert.InRange(attempt.GetProperty("duration_ms").GetDouble(), 0.01, 10_000);
        Assert.DoesNotContain(webhook.Secret[6..], log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_of_the_event_goes_on_into_the_webhook()
    {
        await app.CreateAsync(_path, ["facility.opened.v1"]);
        using var activity = new System.Diagnostics.Activity("a request").Start();

        await app.PublishAsync(app.Opened());

        var received = Assert.Single(await app.Receiver.HasAsync(_path, 1));
        Assert.Equal(activity.TraceId.ToHexString(), received.Headers["traceparent"].Split('-')[1]);
    }

    [Fact]
    public async Task Only_events_of_its_types_and_within_its_division_arrive()
    {
        await app.CreateAsync(_path, ["facility.opened.v1"], division: "410603001");
        await app.CreateAsync(_path + "-confined", ["facility.opened.v1"], WebhooksApp.District with { ClientId = "clerk", Division = "410603002" });
        await app.CreateAsync(_path + "-all", ["facility.opened.v1", "facility.closed.v1"]);
        var (first, second) = (app.Opened(division: "410603001001"), app.Opened(division: "410603002001"));

        await app.PublishAsync(app.Opened(division: "410603"), app.Closed(Guid.CreateVersion7(), 1), first, second);
        await app.HeardAsync();

        Assert.Equal(4, (await app.Receiver.HasAsync(_path + "-all", 4)).Length);
        Assert.Equal(first.FacilityId, Assert.Single(await app.Receiver.HasAsync(_path, 1)).Data.GetProperty("facility_id").GetGuid());
        Assert.Equal(second.FacilityId, Assert.Single(await app.Receiver.HasAsync(_path + "-confined", 1)).Data.GetProperty("facility_id").GetGuid());
    }

    [Fact]
    public async Task An_operator_never_hears_of_another_one_and_the_district_hears_of_all()
    {
        string[] types = ["operator.suspended.v1", "offering.published.v1", "facility.opened.v1"];
        var (mine, another) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await app.CreateAsync(_path, types, WebhooksApp.District with { ClientId = "mine", OperatorId = mine, Division = WebhooksApp.Street });
        await app.CreateAsync(_path + "-district", types);
        await app.PublishAsync(
            new OperatorSuspended(another, 5, "decision", app.Clock.Now), new OperatorSuspended(mine, 7, "paper_lapsed", app.Clock.Now),
            new OfferingPublished(Guid.CreateVersion7(), 1, another, "meals", ["410603002"], [], [], "Mo-Fr 08:00-18:00", 10, 12.5m, "meal", app.Clock.Now),
            app.Opened());
        await app.HeardAsync();

        Assert.Equal(4, (await app.Receiver.HasAsync(_path + "-district", 4)).Length);
        var heard = await app.Receiver.HasAsync(_path, 2);
        Assert.Equal(["facility.opened.v1", "operator.suspended.v1"], heard.Select(received => received.Type).Order());
        Assert.Equal(mine, heard.Single(received => received.Type == "operator.suspended.v1").Data.GetProperty("operator_id").GetGuid());
    }

    [Fact]
    public async Task What_people_wrote_is_not_in_the_payload()
    {
        await app.CreateAsync(_path, ["facility.suspended.v1"]);
        await app.PublishAsync(new FacilitySuspended(
            Guid.CreateVersion7(), 3, "clinic", "410603001", null, app.Clock.Now, null, "ask 张三, 13812345678", InEffect: true));

        var received = Assert.Single(await app.Receiver.HasAsync(_path, 1));

        Assert.DoesNotContain("13812345678", received.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("张三", received.Body, StringComparison.Ordinal);
        Assert.Equal(0, await app.Database.CountAsync("webhook_message WHERE body LIKE '%13812345678%'"));
    }

    [Fact]
    public async Task An_event_that_comes_twice_from_the_broker_is_delivered_once()
    {
        await app.CreateAsync(_path, ["facility.opened.v1"]);
        await using var channel = await app.Broker.OpenChannelAsync();
        var (id, facility) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var envelope = System.Text.Encoding.UTF8.GetBytes($$"""
            {"messageId":"{{id}}","messageType":["urn:message:LifeCircle.Contracts.Facilities:FacilityOpened"],
            "message":{"facilityId":"{{facility}}","version":1,"category":"park","divisionCode":"410603","at":"2026-03-10T10:00:00+08:00"},
            "sentTime":"{{TimeProvider.System.GetUtcNow().UtcDateTime:O}}","headers":{"aggregate-id":"{{facility}}"} }
            """);
        for (var i = 0; i < 3; i++)
            await channel.BasicPublishAsync("LifeCircle.Contracts.Facilities:FacilityOpened", "", true,
                new RabbitMQ.Client.BasicProperties { ContentType = "application/vnd.masstransit+json", MessageId = id.ToString() }, envelope,
                TestContext.Current.CancellationToken);
        await app.HeardAsync();

        Assert.Single(await app.Receiver.HasAsync(_path, 1));
    }

    [Fact]
    public async Task One_delivery_or_a_range_of_them_is_sent_again_under_the_same_id()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        await app.PublishAsync(app.Opened(), app.Opened(), app.Opened());
        var first = (await app.Receiver.HasAsync(_path, 3)).Select(received => received.Id).ToArray();
        await webhook.HasAsync(3, "delivered");

        Assert.Equal(HttpStatusCode.Accepted, (await webhook.PostAsync($"/deliveries/{first[1]}/replay")).Status);
        Assert.Equal(first[1], (await app.Receiver.HasAsync(_path, 4))[3].Id);
        await webhook.HasAsync(3, "delivered");

        var since = $"{app.Clock.Now.AddHours(-2):O}";
        Assert.Equal("0", (await webhook.PostAsync("/deliveries/replay", $$"""{"since":"{{since}}"}"""))["count"]);
        Assert.Equal("3", (await webhook.PostAsync("/deliveries/replay", $$"""{"since":"{{since}}","state":"delivered"}"""))["count"]);
        Assert.Equal(first.Order(), (await app.Receiver.HasAsync(_path, 7))[4..].Select(received => received.Id).Order());
        Assert.Equal(2, (await webhook.LogAsync(first[0])).Length);
    }

    [Theory]
    [InlineData("""{"since":"2026-03-10T10:00:00+08:00","until":"2026-03-10T10:00:00+08:00"}""", "operators.webhook_range_invalid")]
    [InlineData("""{"since":"2026-01-10T10:00:00+08:00","until":"2026-03-10T10:00:00+08:00"}""", "operators.webhook_range_invalid")]
    [InlineData("""{"since":"2026-03-10T10:00:00+08:00","state":"pending"}""", "operators.webhook_value_invalid")]
    public async Task A_range_that_is_none_is_refused(string request, string code)
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        Assert.Equal(code, (await webhook.PostAsync("/deliveries/replay", request)).Code);
    }

    [Fact]
    public async Task A_range_is_replayed_once_for_a_key_and_not_if_it_holds_more_than_ten_thousand()
    {
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1"]);
        await app.PublishAsync(app.Opened());
        await webhook.HasAsync(1, "delivered");
        using var client = app.Client(webhook.Owner);
        var range = $$"""{"since":"{{app.Clock.Now.AddHours(-2):O}}","state":"delivered"}""";

        var first = await client.PostJsonAsync($"{webhook.Path}/deliveries/replay", range, ("Idempotency-Key", "once"));
        await app.Receiver.HasAsync(_path, 2);
        await webhook.HasAsync(1, "delivered");
        var again = await client.PostJsonAsync($"{webhook.Path}/deliveries/replay", range, ("Idempotency-Key", "once"));
        await app.Database.ExecuteAsync($"""
            INSERT INTO webhook_delivery (subscription_id, message_id, subject, type, state, attempts, next_attempt_at, created_at)
            SELECT '{webhook.Id}', gen_random_uuid(), gen_random_uuid(), 'facility.opened.v1', 'failed', 1, '{app.Clock.Now:O}', '{app.Clock.Now:O}'
            FROM generate_series(1, 10001)
            """);
        var large = await webhook.PostAsync("/deliveries/replay", $$"""{"since":"{{app.Clock.Now.AddHours(-2):O}}"}""");

        Assert.Equal(("1", first.Text), (first["count"], again.Text));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "operators.webhook_range_too_large", "since"), (large.Status, large.Code, large.Fields));
        await app.HeardAsync();
        Assert.Equal(2, app.Receiver.At(_path).Length);
    }

    [Fact]
    public async Task Deliveries_are_listed_by_state_type_and_time_the_newest_first()
    {
        app.Receiver.On(_path, 500);
        var webhook = await app.CreateAsync(_path, ["facility.opened.v1", "facility.closed.v1"]);
        await app.PublishAsync(app.Opened());
        await app.Receiver.HasAsync(_path, 1);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.PublishAsync(app.Closed(Guid.CreateVersion7(), 1));
        await webhook.HasAsync(2, "pending");

        Assert.Equal(["facility.closed.v1", "facility.opened.v1"], (await webhook.DeliveriesAsync()).Select(item => item.GetProperty("type").GetString()));
        Assert.Single(await webhook.DeliveriesAsync("?type=facility.closed.v1"));
        Assert.Empty(await webhook.DeliveriesAsync("?state=delivered"));
        Assert.Single(await webhook.DeliveriesAsync($"?until={Uri.EscapeDataString($"{app.Clock.Now:O}")}"));
        Assert.Single(await webhook.DeliveriesAsync($"?since={Uri.EscapeDataString($"{app.Clock.Now:O}")}"));
        var page = await webhook.GetAsync("/deliveries?limit=1");
        Assert.Equal("facility.opened.v1", Assert.Single((await webhook.GetAsync($"/deliveries?limit=1&after={page["next"]}")).Json.GetProperty("items")
            .EnumerateArray()).GetProperty("type").GetString());
    }

    private static Received With(Received received, string header, string value) =>
        received with { Headers = new Dictionary<string, string>(received.Headers) { [header] = value } };

    private static Task<string> VerifyAsync(string secret, Received received, int later = 0) => NodePackages.RunAsync("verify.mjs", JsonSerializer.Serialize(new
    {
        secret,
        headers = received.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.Ordinal)).ToDictionary(),
        body = received.Body,
        now = long.Parse(received.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture) + later,
    }));
}
