using System.IO.Compression;
using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Problems;

[Collection<SharedOrders>]
public sealed class BadRequestTests(OrdersApp app) : IDisposable
{
    private const string Check = "/orders/v1/odd/check";

    private readonly HttpClient _client = app.Client();

    [Theory]
    // Unknown, doubled, missing, null.
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1}],"price":1}""", "price", "There is no such field.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1},{"name":"y","quantity":1,"price":1}]}""", "items[1].price", "There is no such field.")]
    [InlineData("""{"reference":"a","reference":"b","division_code":"500103","items":[{"name":"x","quantity":1}]}""", "reference", "It stands there twice.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","name":"y","quantity":1}]}""", "items[0].name", "It stands there twice.")]
    [InlineData("""{"Reference":"a","division_code":"500103","items":[{"name":"x","quantity":1}]}""", "Reference", "There is no such field.")]
    [InlineData("""{"division_code":"500103"}""", "items reference", "It is required.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1},{"name":"y"}]}""", "items[1].quantity", "It is required.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1}],"point":{"lon":1}}""", "point.lat", "It is required.")]
    [InlineData("""{"reference":null,"division_code":"500103","items":[{"name":"x","quantity":1}]}""", "reference", "It must not be null.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":null}""", "items", "It must not be null.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1},null]}""", "items", "It must not be null.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":null,"quantity":1}]}""", "items[0].name", "It must not be null.")]
    // The wrong kind of value.
    [InlineData("""{"reference":1,"division_code":"500103","items":[{"name":"x","quantity":1}]}""", "reference", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":{}}""", "items", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":"1"}]}""", "items[0].quantity", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1.5}]}""", "items[0].quantity", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":99999999999}]}""", "items[0].quantity", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1}],"point":{"lon":"1","lat":1}}""", "point.lon", "It cannot be read.")]
    [InlineData("""{"reference":"\ud800","division_code":"500103","items":[{"name":"x","quantity":1}]}""", "reference", "It cannot be read.")]
    // No JSON, or none of an object.
    [InlineData("", "body", "It is required.")]
    [InlineData("null", "body", "It is required.")]
    [InlineData("[]", "body", "It cannot be read.")]
    [InlineData("1", "body", "It cannot be read.")]
    [InlineData("{", "body", "It cannot be read.")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1}]} {}""", "body", "It cannot be read.")]
    [InlineData("""{"reference":NaN}""", "reference", "It cannot be read.")]
    [InlineData("""{"reference":"a",}""", "body", "It cannot be read.")]
    [InlineData("""{"reference":"a" /* comment */}""", "body", "It cannot be read.")]
    public async Task A_body_that_cannot_be_read_names_the_fields_as_the_client_wrote_them(string body, string fields, string error)
    {
        var answer = await _client.PostJsonAsync(Check, body);

        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed"), (answer.Status, answer.Code));
        Assert.Equal(fields, answer.Fields);
        Assert.Equal(error, answer.Error(fields.Split(' ')[0]));
        AssertNothingOfTheInside(answer);
    }

    [Fact]
    public async Task A_field_is_explained_in_Chinese_too()
    {
        var answer = await _client.PostJsonAsync(Check, """{"division_code":"500103","items":[]}""", ("Accept-Language", "zh-CN"));
        Assert.Equal("为必填项。", answer.Error("reference"));
    }

    [Theory]
    [InlineData(32, HttpStatusCode.OK)]
    [InlineData(33, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    public async Task JSON_is_read_to_a_depth_of_32(int depth, HttpStatusCode status)
    {
        var answer = await _client.PostJsonAsync("/orders/v1/odd/anything", new string('[', depth) + new string(']', depth));
        Assert.Equal(status, answer.Status);
        if (status == HttpStatusCode.BadRequest) Assert.Equal("It is nested too deeply.", answer.Error("body"));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xc3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'{', 0, (byte)'}', 0 })]
    [InlineData(new byte[] { 0, 0, 0 })]
    public async Task Bytes_that_are_not_UTF_8_are_refused(byte[] body)
    {
        var answer = await _client.AskAsync(HttpMethod.Post, Check, Json(body));
        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed"), (answer.Status, answer.Code));
        AssertNothingOfTheInside(answer);
    }

    [Fact]
    public async Task Invalid_UTF_8_inside_a_text_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(Sample.Order(reference: "abc"));
        body[body.AsSpan().IndexOf("abc"u8) + 1] = 0xff;
        var answer = await _client.AskAsync(HttpMethod.Post, Check, Json(body));
        Assert.Equal((HttpStatusCode.BadRequest, "reference"), (answer.Status, answer.Fields));
    }

    [Theory]
    [InlineData("""{"reference":"a\u0000b","division_code":"500103","items":[{"name":"x","quantity":1}]}""", "reference")]
    [InlineData("""{"reference":"a","division_code":"500103","items":[{"name":"x","quantity":1},{"name":"\u0000","quantity":1}]}""", "items[1].name")]
    public async Task A_NUL_is_refused_because_it_cannot_be_stored(string body, string field)
    {
        var answer = await _client.PostJsonAsync(Check, body);
        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed", field), (answer.Status, answer.Code, answer.Fields));
        Assert.Equal("It must not hold a NUL.", answer.Error(field));
    }

    [Fact]
    public async Task A_NUL_that_only_the_database_finds_is_the_clients_fault_too()
    {
        var answer = await _client.ReadAsync("/orders/v1/orders?reference=%00");
        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed"), (answer.Status, answer.Code));
        AssertNothingOfTheInside(answer);
    }

    [Theory]
    [InlineData("/orders/v1/orders?minutes=soon", "minutes", "It cannot be read.")]
    [InlineData("/orders/v1/orders?minutes=1.5", "minutes", "It cannot be read.")]
    [InlineData("/orders/v1/orders?minutes=99999999999", "minutes", "It cannot be read.")]
    [InlineData("/orders/v1/odd/days/tomorrow?first_word=a", "day", "It cannot be read.")]
    [InlineData("/orders/v1/odd/days/2026-02-30?first_word=a", "day", "It cannot be read.")]
    [InlineData("/orders/v1/odd/days/2026-03-10", "first_word", "It is required.")]
    public async Task A_parameter_that_cannot_be_read_is_named_as_in_the_address(string path, string field, string error)
    {
        var answer = await _client.ReadAsync(path);
        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed", field), (answer.Status, answer.Code, answer.Fields));
        Assert.Equal(error, answer.Error(field));
        AssertNothingOfTheInside(answer);
    }

    [Theory]
    [InlineData(Check)]
    [InlineData("/orders/v1/orders")]
    public async Task A_body_of_10_MB_is_refused_before_it_is_read(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(new byte[10_000_000]) };
        request.Headers.ExpectContinue = true; // else the server's refusal and the body cross on the way
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("request.too_large", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Check)]
    [InlineData("/orders/v1/orders")]
    public async Task A_body_without_a_length_is_read_to_the_limit_only(string path)
    {
        using var wire = await RawConnection.OpenAsync(app.Address);
        await wire.WriteAsync($"""
            POST {path} HTTP/1.1
            Host: {app.Address.Authority}
            Authorization: {_client.DefaultRequestHeaders.Authorization}
            Idempotency-Key: {Guid.CreateVersion7()}
            Content-Type: application/json
            Transfer-Encoding: chunked


            """);
        await wire.WriteAsync($"{300_000:x}\r\n\"{new string('a', 300_000)}");
        Assert.StartsWith("HTTP/1.1 413 ", await wire.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_and_its_sender_told_what_is_accepted()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(Sample.Order()));
        var content = Json(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        var answer = await _client.AskAsync(HttpMethod.Post, Check, content);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "request.unsupported_media_type"), (answer.Status, answer.Code));
        Assert.Equal("identity", answer.Header("Accept-Encoding"));
    }

    public void Dispose() => _client.Dispose();

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new("application/json") } };

    private static void AssertNothingOfTheInside(Answer answer)
    {
        foreach (var inside in (string[])["System.", "LifeCircle.", "Exception", "PlaceOrderRequest", "   at ", "Npgsql", "JSON value", "BytePosition"])
            Assert.DoesNotContain(inside, answer.Text, StringComparison.Ordinal);
    }
}
