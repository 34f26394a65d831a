using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Data;

[Collection<SharedOrders>]
public sealed class IdempotencyTests(OrdersApp app) : IDisposable
{
    private const string Orders = "/orders/v1/orders";

    private readonly HttpClient _client = app.Client(new TestToken { ClientId = $"client-{Guid.CreateVersion7()}", Scopes = ["orders.read", "orders.write"] });
    private readonly string _reference = Guid.CreateVersion7().ToString();
    private readonly string _key = Guid.CreateVersion7().ToString();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a", "b")]
    [InlineData("a", "a")]
    public async Task A_key_that_is_none_is_refused(params string[] keys)
    {
        await AssertRefusedAsync(await _client.PostJsonAsync(Orders, Sample.Order(_reference), [.. keys.Select(key => ("Idempotency-Key", key))]));
    }

    [Fact]
    public async Task A_missing_key_is_refused() => Assert.Contains("\"idempotency.key_invalid\"", await PostAsync(), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\u0001b")]
    [InlineData("a\u007fb")]
    [InlineData("a\u00c3\u00a4b")] // the bytes of a letter in UTF-8
    public async Task Control_characters_and_letters_beyond_ASCII_are_refused(string key)
    {
        Assert.Contains("\"idempotency.key_invalid\"", await PostAsync($"Idempotency-Key: {key}"), StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 201", await PostAsync("Idempotency-Key: ab"), StringComparison.Ordinal); // but for the key it was right
    }

    // As no HttpClient would.
    private async Task<string> PostAsync(string header = "X-Nothing: 1")
    {
        using var wire = await RawConnection.OpenAsync(app.Address);
        var body = Sample.Order(_reference);
        await wire.WriteAsync($"""
            POST {Orders} HTTP/1.1
            Host: {app.Address.Authority}
            Authorization: {_client.DefaultRequestHeaders.Authorization}
            Connection: close
            {header}
            Content-Type: application/json
            Content-Length: {body.ReplaceLineEndings("\r\n").Length}

            {body}
            """);
        var answer = await wire.ReadToEndAsync();
        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 201 ", StringComparison.Ordinal), answer);
        return answer;
    }

    [Fact]
    public async Task A_key_has_255_characters_at_the_most()
    {
        await AssertRefusedAsync(await _client.PostJsonAsync(Orders, Sample.Order(_reference), ("Idempotency-Key", new string('k', 256))));
        var answer = await _client.PostJsonAsync(Orders, Sample.Order(_reference), ("Idempotency-Key", new string('~', 255)));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Fact]
    public async Task The_same_request_again_is_given_the_same_answer_byte_by_byte_and_has_no_effect()
    {
        await using var events = await app.Broker.ListenAsync<OrderPlaced>();
        var first = await PlaceAsync();
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Null(first.Header("Idempotency-Replayed"));

        var again = await PlaceAsync();

        Assert.Equal(first.Status, again.Status);
        Assert.Equal(first.Body, again.Body);
        foreach (var header in (string[])["Location", "ETag", "Content-Type"]) Assert.Equal(first.Header(header), again.Header(header));
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        await AssertHappenedAsync(1);
        await AssertPublishedOnceAsync(events);
    }

    [Fact]
    public async Task The_same_request_50_times_at_once_has_one_effect_and_one_answer()
    {
        await using var events = await app.Broker.ListenAsync<OrderPlaced>();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PlaceAsync(note: Mishaps.Slow)));

        var created = answers.Where(answer => answer.Status == HttpStatusCode.Created).ToList();
        Assert.Single(created.Select(answer => answer.Text).Distinct());
        Assert.Single(created, answer => answer.Header("Idempotency-Replayed") is null);
        Assert.NotEmpty(answers.Except(created));
        Assert.All(answers.Except(created), answer =>
        {
            Assert.Equal((HttpStatusCode.Conflict, "idempotency.in_flight"), (answer.Status, answer.Code));
            Assert.Equal("1", answer.Header("Retry-After"));
        });
        await AssertHappenedAsync(1);
        await AssertPublishedOnceAsync(events);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused_and_has_no_effect()
    {
        await PlaceAsync();
        foreach (var answer in (Answer[])[await PlaceAsync(note: "another"), await PlaceAsync(path: Orders + "?x=1"), await PlaceAsync(path: Orders + "/")])
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency.key_reused", "Idempotency-Key"), (answer.Status, answer.Code, answer.Fields));
        await AssertHappenedAsync(1);
    }

    [Fact]
    public async Task Another_clients_key_is_another_key()
    {
        using var other = app.Client("orders.write");
        await PlaceAsync();
        var answer = await other.PostJsonAsync(Orders, Sample.Order(_reference), ("Idempotency-Key", _key));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Null(answer.Header("Idempotency-Replayed"));
        await AssertHappenedAsync(2);
    }

    [Fact]
    public async Task A_refusal_is_not_kept_so_the_corrected_request_may_use_the_key()
    {
        Assert.Equal("request.malformed", (await _client.PostJsonAsync(Orders, "{}", ("Idempotency-Key", _key))).Code);
        Assert.Equal("request.invalid", (await PlaceAsync(reference: "")).Code);
        Assert.Equal("orders.sold_out", (await PlaceAsync(note: Mishaps.SoldOut)).Code);
        await AssertHappenedAsync(0);

        Assert.Equal(HttpStatusCode.Created, (await PlaceAsync()).Status);
        await AssertHappenedAsync(1);
    }

    [Fact]
    public async Task A_failure_midway_leaves_nothing_behind()
    {
        await using var events = await app.Broker.ListenAsync<OrderPlaced>();
        Assert.Equal(HttpStatusCode.InternalServerError, (await PlaceAsync(note: Mishaps.Breaks)).Status);
        await AssertHappenedAsync(0);

        var answer = await PlaceAsync();
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        await AssertPublishedOnceAsync(events);
    }

    [Fact]
    public async Task A_client_never_hears_of_what_was_not_committed()
    {
        await app.Database.ExecuteAsync($"""
            CREATE FUNCTION refuse_{Name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
            CREATE CONSTRAINT TRIGGER refuse_{Name} AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (NEW.reference = '{_reference}') EXECUTE FUNCTION refuse_{Name}();
            """);
        Assert.Equal(HttpStatusCode.InternalServerError, (await PlaceAsync()).Status);
        await AssertHappenedAsync(0);
    }

    [Theory]
    [InlineData(Mishaps.Deadlocks)]
    [InlineData(Mishaps.Collides)]
    public async Task A_request_that_gives_way_to_others_is_done_again_unseen(string mishap)
    {
        await using var events = await app.Broker.ListenAsync<OrderPlaced>();
        var answer = await PlaceAsync(note: mishap);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        await AssertHappenedAsync(1);
        await AssertPublishedOnceAsync(events);
    }

    [Fact]
    public async Task A_request_that_gives_way_time_and_again_is_answered_503()
    {
        var answer = await PlaceAsync(note: Mishaps.AlwaysCollides);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "service.unavailable", "1"), (answer.Status, answer.Code, answer.Header("Retry-After")));
        await AssertHappenedAsync(0);
    }

    [Fact]
    public async Task An_answer_with_a_secret_is_not_kept_and_its_repetition_is_told_where_to_go()
    {
        var first = await PlaceAsync(path: Orders + "/with-pickup-code");
        var again = await PlaceAsync(path: Orders + "/with-pickup-code");
        var another = await PlaceAsync(path: Orders + "/with-pickup-code", note: "another");

        Assert.Equal((HttpStatusCode.Created, $"secret of {_reference}", "no-store"), (first.Status, first["code"], first.Header("Cache-Control")));
        Assert.Equal((HttpStatusCode.Conflict, "idempotency.answer_not_kept"), (again.Status, again.Code));
        Assert.Equal((first.Header("Location"), "true"), (again.Header("Location"), again.Header("Idempotency-Replayed")));
        Assert.DoesNotContain("secret of", again.Text, StringComparison.Ordinal);
        Assert.Equal("idempotency.key_reused", another.Code);
        Assert.Equal(1, await app.Database.CountAsync($"orders WHERE reference = '{_reference}'"));
        Assert.Equal(1, await app.Database.CountAsync($"idempotency_key WHERE key = '{_key}' AND body = ''"));
    }

    [Fact]
    public async Task A_refusal_where_answers_are_not_kept_leaves_the_key_for_the_corrected_request()
    {
        Assert.Equal("request.invalid", (await PlaceAsync(reference: "", path: Orders + "/with-pickup-code")).Code);
        Assert.Equal(HttpStatusCode.Created, (await PlaceAsync(path: Orders + "/with-pickup-code")).Status);
    }

    public void Dispose() => _client.Dispose();

    private string Name => _reference.Replace('-', '_');

    private Task<Answer> PlaceAsync(string? reference = null, string? note = null, string path = Orders) =>
        _client.PostJsonAsync(path, Sample.Order(reference ?? _reference, note: note), ("Idempotency-Key", _key));

    private async Task AssertRefusedAsync(Answer answer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency.key_invalid", "Idempotency-Key"), (answer.Status, answer.Code, answer.Fields));
        await AssertHappenedAsync(0);
    }

    private async Task AssertHappenedAsync(int times)
    {
        Assert.Equal(times, await app.Database.CountAsync($"orders WHERE reference = '{_reference}'"));
        Assert.Equal(times, await app.Database.CountAsync($"change WHERE data->>'reference' = '{_reference}'"));
        Assert.Equal(times, await app.Database.CountAsync($"idempotency_key WHERE nullif(convert_from(body, 'UTF8'), '')::jsonb->>'reference' = '{_reference}'"));
    }

    private async Task AssertPublishedOnceAsync(EventListener<OrderPlaced> events)
    {
        await Eventually.IsAsync(0L, () => app.Database.CountAsync("outbox_message"));
        var marker = Guid.CreateVersion7().ToString();
        await _client.PostJsonAsync(Orders, Sample.Order(marker)); // comes behind whatever else was published
        var heard = new List<string>();
        while (heard.LastOrDefault() != marker) heard.Add((await events.NextAsync()).Reference);
        Assert.Single(heard, _reference);
    }
}
