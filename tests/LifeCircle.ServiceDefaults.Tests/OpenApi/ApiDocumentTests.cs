using System.Text.Json;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.OpenApi;

[Collection<SharedOrders>]
public sealed class ApiDocumentTests(OrdersApp app) : IAsyncLifetime
{
    private readonly HttpClient _client = app.Client((TestToken?)null);
    private JsonElement _document;

    [Fact]
    public Task Is_the_committed_one() =>
        ApiDocumentCheck.IsCommittedAsync(_client, "orders", "tests/LifeCircle.ServiceDefaults.Tests/openapi/orders.v1.json");

    [Fact]
    public Task Has_all_that_a_clients_author_needs() => ApiDocumentCheck.IsCompleteAsync(_client, "orders");

    [Fact]
    public void Names_every_scope_that_an_operation_asks_for()
    {
        var flow = At("components", "securitySchemes", "oauth2", "flows", "clientCredentials");
        Assert.Equal(["orders.read", "orders.reveal", "orders.write"], flow.GetProperty("scopes").EnumerateObject().Select(scope => scope.Name));
        Assert.Equal("""[{"oauth2":["orders.write"]}]""", Compact(Operation("/orders/v1/orders", "post").GetProperty("security")));
    }

    [Fact]
    public void Says_what_a_scope_is_good_for() => Assert.Equal("For changeOrder, placeOrder, placeOrderWithCode, registerRecipient.",
        At("components", "securitySchemes", "oauth2", "flows", "clientCredentials", "scopes", "orders.write").GetString());

    [Fact]
    public void Names_the_codes_that_a_client_programs_against()
    {
        var codes = At("components", "responses", "Problem404", "description").GetString();
        Assert.StartsWith("There is no such thing, or none that the caller may see. Codes of this service: ", codes, StringComparison.Ordinal);
        Assert.Contains("`orders.order_not_found`", codes, StringComparison.Ordinal);
        Assert.DoesNotContain("request.forbidden", codes, StringComparison.Ordinal);
        Assert.Contains("`request.forbidden`", At("components", "responses", "Problem403", "description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_for_everybody_says_so() => Assert.Equal("[]", Compact(Operation("/orders/v1/opening-hours", "get").GetProperty("security")));

    [Fact]
    public void The_summary_is_the_routes_own() => Assert.Equal("Orders by reference.", Operation("/orders/v1/orders", "get").GetProperty("summary").GetString());

    [Theory]
    [InlineData("/orders/v1/orders", "get", "limit", """{"maximum":200,"minimum":1,"type":"integer","format":"int32","default":50}""")]
    [InlineData("/orders/v1/orders", "get", "after", """{"type":"string"}""")]
    [InlineData("/orders/v1/orders", "get", "urgency", """{"type":"array","items":{"$ref":"#/components/schemas/Urgency"}}""")]
    [InlineData("/orders/v1/orders", "get", "since", """{"type":"string","format":"date-time"}""")]
    [InlineData("/orders/v1/orders", "get", "minutes", """{"maximum":1440,"minimum":1,"type":"integer","format":"int32"}""")]
    [InlineData("/orders/v1/changes", "get", "limit", """{"maximum":200,"minimum":1,"type":"integer","format":"int32","default":50}""")]
    [InlineData("/orders/v1/orders/{id}", "put", "If-Match", """{"type":"string"}""")]
    [InlineData("/orders/v1/orders/{id}", "get", "If-None-Match", """{"type":"string"}""")]
    [InlineData("/orders/v1/orders", "post", "Idempotency-Key", """{"maxLength":255,"minLength":1,"pattern":"^[!-~]+$","type":"string"}""")]
    public void Parameters_that_bind_themselves_are_there_with_their_bounds(string path, string method, string name, string schema)
    {
        var parameter = Operation(path, method).GetProperty("parameters").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        Assert.Equal(schema, Compact(parameter.GetProperty("schema")));
        Assert.Equal(name is "If-Match" or "Idempotency-Key", parameter.TryGetProperty("required", out var required) && required.GetBoolean());
    }

    [Theory]
    [InlineData("/orders/v1/orders", "get", "200 400 401 403 429 503 504")]
    [InlineData("/orders/v1/orders", "post", "201 400 401 403 409 413 415 422 429 503 504")]
    [InlineData("/orders/v1/orders/{id}", "get", "200 304 400 401 403 404 429 503 504")]
    [InlineData("/orders/v1/orders/{id}", "put", "200 400 401 403 404 412 413 415 428 429 503 504")]
    [InlineData("/orders/v1/opening-hours", "get", "200 400 429 503 504")]
    public void Answers_are_declared(string path, string method, string statuses) =>
        Assert.Equal(statuses, string.Join(' ', Operation(path, method).GetProperty("responses").EnumerateObject().Select(response => response.Name).Order()));

    [Theory]
    [InlineData("/orders/v1/orders", "get", "200", "Link")]
    [InlineData("/orders/v1/orders", "post", "201", "ETag Idempotency-Replayed Location")]
    [InlineData("/orders/v1/orders/{id}", "get", "200", "ETag")]
    [InlineData("/orders/v1/orders/{id}", "put", "200", "ETag")]
    public void Headers_of_answers_are_declared(string path, string method, string status, string headers) => Assert.Equal(headers, string.Join(' ',
        Operation(path, method).GetProperty("responses").GetProperty(status).GetProperty("headers").EnumerateObject().Select(header => header.Name).Order()));

    [Fact]
    public void A_problem_is_described_once()
    {
        Assert.Equal("""{"$ref":"#/components/responses/Problem404"}""", Compact(Operation("/orders/v1/orders/{id}", "get").GetProperty("responses").GetProperty("404")));
        Assert.Equal("""{"$ref":"#/components/schemas/Problem"}""", Compact(At("components", "responses", "Problem404", "content", "application/problem+json", "schema")));
        Assert.True(At("components", "responses", "Problem503", "headers").TryGetProperty("Retry-After", out _));
        Assert.Equal("type title status code trace_id", Required("Problem"));
    }

    [Fact]
    public void Enums_are_their_words() =>
        Assert.Equal("""{"enum":["whenever","next_day"],"type":"string","description":"How soon."}""", Compact(At("components", "schemas", "Urgency")));

    [Fact]
    public void What_may_be_null_is_not_required()
    {
        Assert.Equal("reference division_code items", Required("PlaceOrderRequest"));
        Assert.Equal("id reference division_code urgency changed_at", Required("OrderAnswer"));
        Assert.Equal("items", Required("PageOfOrderAnswer"));
        Assert.Equal("""["null","string"]""", Compact(At("components", "schemas", "OrderAnswer", "properties", "note", "type")));
        Assert.Equal("""[{"type":"null"},{"description":"How soon; left out: as before.","$ref":"#/components/schemas/Urgency"}]""",
            Compact(At("components", "schemas", "ChangeOrderRequest", "properties", "urgency", "oneOf")));
    }

    [Fact]
    public void Bounds_of_a_records_parameters_are_there()
    {
        var longitude = At("components", "schemas", "DeliveryPoint", "properties", "lon");
        Assert.Equal((-180, 180), (longitude.GetProperty("minimum").GetInt32(), longitude.GetProperty("maximum").GetInt32()));
        Assert.Equal("Degrees east.", longitude.GetProperty("description").GetString());
    }

    [Fact]
    public void Requests_are_closed_and_answers_may_grow()
    {
        foreach (var request in (string[])["PlaceOrderRequest", "OrderItem", "DeliveryPoint", "ChangeOrderRequest"])
            Assert.False(At("components", "schemas", request, "additionalProperties").GetBoolean());
        foreach (var answer in (string[])["OrderAnswer", "PageOfOrderAnswer", "ChangePage", "ChangeItem", "Problem"])
            Assert.False(At("components", "schemas", answer).TryGetProperty("additionalProperties", out _));
    }

    [Fact]
    public void The_check_that_services_make_finds_what_is_missing()
    {
        using var poor = JsonDocument.Parse("""
            {
              "openapi": "3.0.4",
              "paths": {
                "/a": {
                  "get": { "operationId": "a", "responses": { "200": {}, "400": { "$ref": "#/components/responses/bad" }, "503": { "content": { "text/plain": {} } } } },
                  "put": {
                    "operationId": "a", "summary": "A.", "security": [],
                    "parameters": [{ "name": "walkMinutes", "in": "query", "schema": { "type": "integer" } }],
                    "responses": {}
                  }
                }
              },
              "components": {
                "securitySchemes": { "oauth2": { "flows": { "clientCredentials": { "scopes": { "a.read": "a.read", "b.read": "For b." } } } } },
                "responses": { "bad": { "content": { "application/problem+json": {} } } },
                "schemas": { "A": { "properties": { "b": {}, "c": { "description": "C." }, "d": { "oneOf": [{ "type": "null" }, { "description": "D." }] } } } }
              }
            }
            """);
        Assert.Equal(
        [
            "It is not OpenAPI 3.1.",
            "GET /a: no summary.",
            "GET /a: neither a scope nor explicitly for everybody.",
            "GET /a: 503 is not a problem.",
            "PUT /a: a second operation a.",
            "PUT /a: walkMinutes: no description.",
            "PUT /a: walkMinutes: not in snake_case.",
            "PUT /a: walkMinutes: no bounds.",
            "PUT /a: no answer of success.",
            "PUT /a: 400 is not declared.",
            "PUT /a: 503 is not declared.",
            "A.b: no description.",
            "a.read: no description.",
        ], ApiDocumentCheck.Complaints(poor.RootElement));
    }

    public async ValueTask InitializeAsync() => _document = (await _client.ReadAsync("/orders/openapi/v1.json")).Json;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, Json.Options);

    private JsonElement Operation(string path, string method) => At("paths", path, method);

    private JsonElement At(params string[] members) => members.Aggregate(_document, (element, member) => element.GetProperty(member));

    private string Required(string schema) => string.Join(' ', At("components", "schemas", schema, "required").EnumerateArray());
}
