using System.Diagnostics;
using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Problems;

[Collection<SharedOrders>]
public sealed class ProblemsTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Fact]
    public async Task Carries_type_title_status_code_and_the_trace_id_of_the_request()
    {
        using var asking = new Activity("asking").Start();
        var answer = await _client.ReadAsync($"/orders/v1/orders/{Guid.CreateVersion7()}");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("application/problem+json", answer.Message.Content.Headers.ContentType!.MediaType);
        Assert.Equal("orders.order_not_found", answer.Code);
        Assert.Equal("urn:lifecircle:problem:orders.order_not_found", answer["type"]);
        Assert.Equal("There is no such order.", answer["title"]);
        Assert.Equal("404", answer["status"]);
        Assert.Equal(asking.TraceId.ToHexString(), answer["trace_id"]);
        Assert.True(answer.Message.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("zh", "zh")]
    [InlineData("zh-CN", "zh")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData("zh-Hant-TW", "zh")]
    [InlineData("en", "en")]
    [InlineData("en-GB,en;q=0.9,zh;q=0.8", "en")]
    [InlineData("en;q=0.4,zh;q=0.6", "zh")]
    [InlineData("fr-FR, zh;q=0.5", "zh")]
    [InlineData("fr", "en")]
    [InlineData("*", "en")]
    [InlineData("zh;q=0", "en")]
    [InlineData(";;;=,,q=x", "en")]
    public async Task Speaks_the_language_that_the_client_prefers(string? accepted, string expected)
    {
        var answer = await _client.ReadAsync("/orders/v1/orders?limit=0", accepted is null ? [] : [("Accept-Language", accepted)]);

        Assert.Equal(expected == "zh" ? "字段取值不符合要求。" : "A field does not have an allowed value.", answer["title"]);
        Assert.Equal(expected == "zh" ? "取值须在 1 到 200 之间。" : "The value must be from 1 to 200.", answer.Error("limit"));
        Assert.Equal(expected, answer.Header("Content-Language"));
    }

    [Fact]
    public async Task Language_changes_texts_only_never_numbers()
    {
        var answer = await _client.PostJsonAsync("/orders/v1/odd/amount", """{"yuan":0.001}""", ("Accept-Language", "de-DE,zh;q=0.9"));
        Assert.Equal("取值须在 0.01 到 1000.5 之间。", answer.Error("yuan"));
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound, "request.not_found")]
    [InlineData("GET", "/orders/v1/odd/number/99999999999", HttpStatusCode.NotFound, "request.not_found")]
    [InlineData("DELETE", "/orders/v1/orders", HttpStatusCode.MethodNotAllowed, "request.method_not_allowed")]
    [InlineData("OPTIONS", "/orders/v1/orders", HttpStatusCode.MethodNotAllowed, "request.method_not_allowed")]
    [InlineData("TRACE", "/orders/v1/orders", HttpStatusCode.MethodNotAllowed, "request.method_not_allowed")]
    [InlineData("GET", "/orders/v1/odd/status/410", HttpStatusCode.Gone, "request.malformed")]
    [InlineData("GET", "/orders/v1/odd/status/502", HttpStatusCode.BadGateway, "service.unexpected")]
    public async Task Answers_that_nobody_explained_are_problems_too(string method, string path, HttpStatusCode status, string code)
    {
        var answer = await _client.AskAsync(new HttpMethod(method), path, null);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        var answer = await _client.AskAsync(HttpMethod.Patch, "/orders/v1/orders", null);
        Assert.Equal(["GET", "POST"], answer.Message.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task A_body_in_another_format_is_refused_with_415(string? type)
    {
        var content = new ByteArrayContent("a=b"u8.ToArray());
        if (type is not null) content.Headers.ContentType = new(type);
        var answer = await _client.AskAsync(HttpMethod.Post, "/orders/v1/odd/check", content);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_failure_shows_its_trace_id_and_nothing_of_its_inside()
    {
        var answer = await _client.ReadAsync("/orders/v1/odd/broken");

        Assert.Equal((HttpStatusCode.InternalServerError, "service.unexpected"), (answer.Status, answer.Code));
        Assert.Equal(["code", "status", "title", "trace_id", "type"], answer.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_is_answered_the_same_way_whatever_the_client_accepts()
    {
        var answer = await _client.PostJsonAsync("/orders/v1/odd/check",
            """{"reference":"","division_code":"500103","items":[{"name":"x","quantity":1}]}""", ("Accept", "application/geo+json"));
        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid", "reference"), (answer.Status, answer.Code, answer.Fields));
    }

    public void Dispose() => _client.Dispose();
}
