using System.Net;
using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Places;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Facilities;

[Collection<SharedDistrict>]
public sealed class RegisterFacilityTests(DistrictApp app) : IDisposable
{
    private readonly HttpClient _planner = app.Planner();

    [Fact]
    public async Task A_facility_is_stored_answered_and_told_of()
    {
        await using var opened = await app.Broker.ListenAsync<FacilityOpened>();

        var answer = await _planner.PostJsonAsync(Register.Facilities, Body("whole",
            ("name_en", " Chunhui Pharmacy "), ("address", "河南省鹤壁市山城区红旗街1号"), ("division_code", WestStreet), ("capacity", 12), ("area_m2", 85.506),
            ("accessibility", "step_free"), ("condition", "good"), ("operator_name", "春晖医药"), ("operator_id", "0197f0a0-0000-7000-8000-000000000001")));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var facility = Registered.Of(answer);
        Assert.Equal((facility.Path, "\"1\""), (answer.Header("Location"), facility.ETag));
        var circle = await app.Database.QueryAsync<Guid>($"SELECT id FROM life_circle WHERE code = '{WestCircle}'");
        Assert.Equal(
            JsonSerializer.Serialize(new
            {
                id = facility.Id,
                source = "whole",
                external_id = "X-1",
                category = "pharmacy",
                state = "open",
                name_zh = "春晖大药房",
                name_en = "Chunhui Pharmacy",
                position = new { lon = 114.15, lat = 35.88, crs = "wgs84", original_lon = 114.15, original_lat = 35.88 },
                address = "河南省鹤壁市山城区红旗街1号",
                division_code = SouthWest,
                life_circle_id = circle,
                capacity = 12,
                area_m2 = 85.51,
                accessibility = "step_free",
                condition = "good",
                operator_name = "春晖医药",
                operator_id = "0197f0a0-0000-7000-8000-000000000001",
                changed_at = app.Clock.Now,
            }, ServiceDefaults.Json.Options),
            JsonSerializer.Serialize(answer.Json, ServiceDefaults.Json.Options));
        Assert.Equal($"pharmacy open {SouthWest} 114.15 35.88 85.51 1", await app.Database.QueryAsync<string>(
            $"SELECT concat_ws(' ', category, state, division_code, ST_X(position), ST_Y(position), area_m2, version) FROM facility WHERE id = '{facility.Id}'"));
        Assert.Equal(new FacilityOpened(facility.Id, 1, "pharmacy", SouthWest, circle, app.Clock.Now), await opened.NextOfAsync(facility));
        var change = Assert.Single(await _planner.ChangesAsync(), item => Register.IdOf(item) == facility.Id);
        Assert.Equal(("facility", 1, "updated"), (change.GetProperty("kind").GetString(), change.GetProperty("version").GetInt32(), change.GetProperty("state").GetString()));
        Assert.True(JsonElement.DeepEquals(answer.Json, change.GetProperty("data")));
    }

    [Theory]
    [InlineData("planned")]
    [InlineData("building")]
    public async Task What_does_not_serve_yet_is_a_change_and_no_opening(string state)
    {
        await using var changed = await app.Broker.ListenAsync<FacilityChanged>();

        var facility = await app.RegisterAsync(more: ("state", state));

        Assert.Equal($"{state} 1", await app.StoredAsync(facility));
        Assert.False((await changed.NextOfAsync(facility)).IsOpen);
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("closed")]
    public async Task None_begins_its_life_suspended_or_closed(string state) =>
        await RefusedAsync(HttpStatusCode.Conflict, "facilities.state_transition", "state", Body("dead", ("state", state)));

    [Fact]
    public async Task The_same_key_and_body_register_once_and_answer_twice()
    {
        var (key, body) = ($"register-{Guid.CreateVersion7()}", Body("twice"));

        var first = await _planner.PostJsonAsync(Register.Facilities, body, ("Idempotency-Key", key));
        var second = await _planner.PostJsonAsync(Register.Facilities, body, ("Idempotency-Key", key));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.Equal((null, "true"), (first.Header("Idempotency-Replayed"), second.Header("Idempotency-Replayed")));
        Assert.Equal((first.Text, first.Header("Location"), first.Header("ETag")), (second.Text, second.Header("Location"), second.Header("ETag")));
        Assert.Equal(1L, await app.Database.CountAsync("facility WHERE source = 'twice'"));
        Assert.Equal("open 1", await app.FeedAsync(Registered.Of(first)));
    }

    [Fact]
    public async Task A_key_is_not_good_for_another_body_but_for_another_client()
    {
        var key = $"register-{Guid.CreateVersion7()}";
        await _planner.PostJsonAsync(Register.Facilities, Body("first-body"), ("Idempotency-Key", key));

        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused", "Idempotency-Key", Body("second-body"), ("Idempotency-Key", key));
        using var clerk = app.Client(Register.Clerk(WestStreet));
        Assert.Equal(HttpStatusCode.Created, (await clerk.PostJsonAsync(Register.Facilities, Body("other-client"), ("Idempotency-Key", key))).Status);
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'second-body'"));
    }

    [Fact]
    public async Task A_request_without_a_key_is_refused() =>
        await RefusedAsync(HttpStatusCode.BadRequest, "idempotency.key_invalid", "Idempotency-Key", Body("keyless"), ("Idempotency-Key", ""));

    [Fact]
    public async Task A_refused_request_may_use_its_key_again()
    {
        var key = $"register-{Guid.CreateVersion7()}";
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category", Body("corrected", ("category", "castle")), ("Idempotency-Key", key));

        Assert.Equal(HttpStatusCode.Created, (await _planner.PostJsonAsync(Register.Facilities, Body("corrected"), ("Idempotency-Key", key))).Status);
    }

    public static TheoryData<string, object?, HttpStatusCode, string, string> BadMembers => new()
    {
        { "colour", "red", HttpStatusCode.BadRequest, "request.malformed", "colour" },
        { "state", "gone", HttpStatusCode.BadRequest, "request.malformed", "state" },
        { "state", 2, HttpStatusCode.BadRequest, "request.malformed", "state" },
        { "condition", "Good", HttpStatusCode.BadRequest, "request.malformed", "condition" },
        { "name_zh", null, HttpStatusCode.BadRequest, "request.malformed", "name_zh" },
        { "position", null, HttpStatusCode.BadRequest, "request.malformed", "position" },
        { "name_zh", new string('长', 201), HttpStatusCode.BadRequest, "request.invalid", "name_zh" },
        { "name_zh", "两\n行", HttpStatusCode.UnprocessableEntity, "facilities.value_invalid", "name_zh" },
        { "name_zh", "  ", HttpStatusCode.UnprocessableEntity, "facilities.value_invalid", "name_zh" },
        { "division_code", "4106", HttpStatusCode.BadRequest, "request.invalid", "division_code" },
        { "capacity", -1, HttpStatusCode.BadRequest, "request.invalid", "capacity" },
        { "area_m2", 0, HttpStatusCode.BadRequest, "request.invalid", "area_m2" },
        { "category", "castle", HttpStatusCode.UnprocessableEntity, "facilities.category_unknown", "category" },
        { "division_code", EastStreet, HttpStatusCode.UnprocessableEntity, "facilities.division_mismatch", "division_code" },
        { "life_circle_code", "SC-99", HttpStatusCode.UnprocessableEntity, "facilities.life_circle_unknown", "life_circle_code" },
        { "external_id", null, HttpStatusCode.UnprocessableEntity, "facilities.value_invalid", "external_id" },
        { "source", null, HttpStatusCode.UnprocessableEntity, "facilities.value_invalid", "source" },
    };

    [Theory]
    [MemberData(nameof(BadMembers))]
    public Task A_member_that_is_wrong_is_named(string member, object? value, HttpStatusCode status, string code, string field) =>
        RefusedAsync(status, code, field, Body("bad-member", (member, value)));

    public static TheoryData<object, HttpStatusCode, string, string, string, string> BadPositions
    {
        get
        {
            // West of the district's eastern end in truth, east of it when read as WGS 84.
            var (lon, lat) = Position.Of(114.2578, 35.90).In(Crs.Gcj02);
            return new()
            {
                { new { lon = 35.88, lat = 114.15 }, HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "position", "Swapped axes?", "颠倒" },
                { new { lon, lat }, HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "position", "inside as gcj02", "按 gcj02 则在辖区内" },
                { new { lon = 114.27, lat = 35.90 }, HttpStatusCode.UnprocessableEntity, "facilities.point_outside_district", "position", "outside the district", "不在辖区内" },
                { new { lon = 200, lat = 35.90 }, HttpStatusCode.BadRequest, "facilities.position_invalid", "position.lon", "180", "180" },
                { new { lon = 114.15, lat = 35.88, crs = "mercator" }, HttpStatusCode.BadRequest, "request.malformed", "position.crs", "wgs84", "wgs84" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(BadPositions))]
    public async Task A_point_that_cannot_be_is_refused_with_what_may_have_gone_wrong(
        object position, HttpStatusCode status, string code, string field, string english, string chinese)
    {
        var body = Body("bad-position", ("position", position));
        Assert.Contains(english, (await RefusedAsync(status, code, field, body)).Error(field));
        Assert.Contains(chinese, (await RefusedAsync(status, code, field, body, ("Accept-Language", "zh-CN"))).Error(field));
    }

    [Fact]
    public async Task A_point_in_another_system_is_converted_and_the_original_kept()
    {
        var (lon, lat) = Position.Of(InTheWest.Lon, InTheWest.Lat).In(Crs.Gcj02);

        var position = (await app.RegisterAsync(more: ("position", new { lon, lat, crs = "gcj02" }))).Json.GetProperty("position");

        Assert.Equal(InTheWest.Lon, position.GetProperty("lon").GetDouble(), 6);
        Assert.Equal(InTheWest.Lat, position.GetProperty("lat").GetDouble(), 6);
        Assert.Equal(("gcj02", lon, lat),
            (position.GetProperty("crs").GetString(), position.GetProperty("original_lon").GetDouble(), position.GetProperty("original_lat").GetDouble()));
    }

    [Fact]
    public async Task A_circle_that_is_named_goes_before_the_one_around_the_point()
    {
        var facility = await app.RegisterAsync(AtTheBorder, ("life_circle_code", EastCircle));

        Assert.Equal($"{EastCircle} true", await app.Database.QueryAsync<string>(
            $"SELECT concat_ws(' ', c.code, f.life_circle_given::text) FROM facility f JOIN life_circle c ON c.id = f.life_circle_id WHERE f.id = '{facility.Id}'"));
        Assert.False((await app.RegisterAsync(AtTheBorder)).Json.TryGetProperty("life_circle_id", out _));
    }

    [Fact]
    public async Task A_source_gives_an_external_id_once()
    {
        Assert.Equal(HttpStatusCode.Created, (await _planner.PostJsonAsync(Register.Facilities, Body("taken"))).Status);

        await RefusedAsync(HttpStatusCode.Conflict, "facilities.external_id_taken", "external_id", Body("taken"));
        Assert.Equal(HttpStatusCode.Created, (await _planner.PostJsonAsync(Register.Facilities, Body("taken", ("external_id", "X-2")))).Status);
    }

    [Fact]
    public async Task A_clerk_registers_in_the_own_division_only()
    {
        using var clerk = app.Client(Register.Clerk(WestStreet));

        Assert.Equal(HttpStatusCode.Created, (await clerk.PostJsonAsync(Register.Facilities, Register.Body(InTheWest))).Status);
        var refused = await clerk.PostJsonAsync(Register.Facilities, Register.Body(InTheEast, ("source", "foreign"), ("external_id", "1")));

        Assert.Equal((HttpStatusCode.Forbidden, "facilities.foreign_division", "position"), (refused.Status, refused.Code, refused.Fields));
        Assert.Equal(0L, await app.Database.CountAsync("facility WHERE source = 'foreign'"));
    }

    [Fact]
    public async Task Opening_hours_with_seasons_and_holidays_come_back_as_they_were_given()
    {
        const string Hours = """
            {"always_open":false,"weekly":[{"days":["mo","tu","we","th","fr"],"from":"08:00","to":"12:00"},{"days":["fr","sa"],"from":"22:00","to":"02:00"}],
             "seasons":[{"from":"11-15","to":"03-15","weekly":[{"days":["sa"],"from":"09:00","to":"24:00"}]},{"from":"07-01","to":"07-31","weekly":[]}],
             "holidays":{"on":"own_hours","hours":[{"from":"10:00","to":"16:00"}],"makeup_as_monday":true}}
            """;

        var facility = await app.RegisterAsync(more: ("opening_hours", JsonElement.Parse(Hours)));

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Hours), facility.Json.GetProperty("opening_hours")), facility.Json.ToString());
        Assert.True(JsonElement.DeepEquals(facility.Json, (await _planner.ReadAsync(facility.Path)).Json));
        Assert.Equal("16:00", await app.Database.QueryAsync<string>(
            $"SELECT opening_hours #>> '{{holidays,hours,0,to}}' FROM facility WHERE id = '{facility.Id}'"));
    }

    [Theory]
    [InlineData("""{"weekly":[{"days":["mo"],"from":"8:00","to":"18:00"}]}""", "facilities.opening_hours_invalid", "opening_hours.weekly[0].from")]
    [InlineData("""{"always_open":true,"weekly":[]}""", "facilities.opening_hours_invalid", "opening_hours.always_open")]
    [InlineData("""{"weekly":[],"seasons":[{"from":"02-30","to":"03-15","weekly":[]}]}""", "facilities.opening_hours_invalid", "opening_hours.seasons[0].from")]
    [InlineData("""{"weekly":[],"holidays":{"on":"own_hours"}}""", "facilities.opening_hours_invalid", "opening_hours.holidays.hours")]
    [InlineData("""{"weekly":[{"days":["monday"],"from":"08:00","to":"18:00"}]}""", "request.malformed", "opening_hours.weekly[0].days[0]")]
    [InlineData("""{"daily":[]}""", "request.malformed", "opening_hours.daily")]
    public Task Opening_hours_that_make_no_sense_are_refused_where_they_do_not(string hours, string code, string field) =>
        RefusedAsync(HttpStatusCode.BadRequest, code, field, Body("bad-hours", ("opening_hours", JsonElement.Parse(hours))));

    public void Dispose() => _planner.Dispose();

    private static string Body(string source, params (string Member, object? Value)[] more) =>
        Register.Body(InTheWest, [("source", source), ("external_id", "X-1"), .. more]);

    private async Task<Answer> RefusedAsync(HttpStatusCode status, string code, string field, string body, params (string Name, string Value)[] headers)
    {
        var (facilities, changes) = (await app.Database.CountAsync("facility"), await app.Database.CountAsync("change"));
        var answer = await _planner.PostJsonAsync(Register.Facilities, body, headers);
        Assert.Equal((status, code, field), (answer.Status, answer.Code, answer.Fields));
        Assert.Equal((facilities, changes), (await app.Database.CountAsync("facility"), await app.Database.CountAsync("change")));
        return answer;
    }
}
