using System.Text.Json;
using LifeCircle.Contracts.Facilities;
using LifeCircle.Facilities.Figures;
using LifeCircle.Messaging;
using Microsoft.Extensions.DependencyInjection;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests.Figures;

/// <summary>In a district of its own, whose figures nobody else changes.</summary>
public sealed class FacilityFiguresTests(DistrictApp app) : IClassFixture<DistrictApp>
{
    [Fact]
    public async Task Follow_a_facility_through_its_life_its_category_and_its_place()
    {
        var clinic = await app.RegisterAsync(InTheWest, ("category", "clinic"), ("state", "planned"));
        await CountedAsync(clinic, """{}""", """{}""");
        clinic = await app.DoAsync(clinic, "open");
        await CountedAsync(clinic, """{"clinic":1}""", """{}""");
        using (var planner = app.Planner())
        {
            clinic = Registered.Of(await planner.PutJsonAsync(clinic.Path, Register.Body(InTheWest, ("category", "hospital")), ("If-Match", clinic.ETag)));
            await CountedAsync(clinic, """{"hospital":1}""", """{}""");
            clinic = Registered.Of(await planner.PutJsonAsync(clinic.Path, Register.Body(InTheEast, ("category", "hospital")), ("If-Match", clinic.ETag)));
            await CountedAsync(clinic, """{}""", """{"hospital":1}""");
        }
        var (from, until) = (app.Clock.Now.AddHours(1), app.Clock.Now.AddHours(2));
        clinic = await app.DoAsync(clinic, "suspend", JsonSerializer.Serialize(new { from, until, reason = "检修" }, ServiceDefaults.Json.Options));
        await CountedAsync(clinic, """{}""", """{"hospital":1}""");
        app.Clock.Advance(TimeSpan.FromHours(1));
        await CountedAsync(clinic with { ETag = "\"6\"" }, """{}""", """{}""");
        app.Clock.Advance(TimeSpan.FromHours(1));
        await CountedAsync(clinic with { ETag = "\"7\"" }, """{}""", """{"hospital":1}""");
        clinic = await app.DoAsync(clinic with { ETag = "\"7\"" }, "close");
        await CountedAsync(clinic, """{}""", """{}""");
    }

    [Fact]
    public async Task An_event_that_was_overtaken_changes_nothing()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        var (facility, circle) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await FacilityFigures.RecordAsync(db, facility, 2, "park", circle, isOpen: false, TestContext.Current.CancellationToken);
        await FacilityFigures.RecordAsync(db, facility, 1, "park", circle, isOpen: true, TestContext.Current.CancellationToken);
        Assert.Empty((await FacilityFigures.OfAsync(db, [circle], TestContext.Current.CancellationToken))[circle].Open);

        await FacilityFigures.RecordAsync(db, facility, 3, "park", circle, isOpen: true, TestContext.Current.CancellationToken);
        Assert.Equal(new KeyValuePair<string, int>("park", 1), Assert.Single((await FacilityFigures.OfAsync(db, [circle], TestContext.Current.CancellationToken))[circle].Open));
    }

    [Theory]
    [InlineData(true, 1, false)]
    [InlineData(false, -1, true)]
    [InlineData(null, 1, true)]
    [InlineData(null, -1, false)]
    public async Task A_suspension_is_in_effect_when_it_says_so_whatever_the_own_clock_shows(bool? inEffect, int from, bool isOpen)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FacilitiesDbContext>();
        var facility = Guid.CreateVersion7();

        db.Publish(new FacilitySuspended(facility, 1, "park", East, null, app.Clock.Now.AddSeconds(from), null, "检修", inEffect));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"facility_standing WHERE facility_id = '{facility}'"));
        Assert.Equal(isOpen, await app.Database.QueryAsync<bool>($"SELECT is_open FROM facility_standing WHERE facility_id = '{facility}'"));
    }

    private async Task CountedAsync(Registered facility, string west, string east)
    {
        await Eventually.IsAsync(1L, () => app.Database.CountAsync($"facility_standing WHERE facility_id = '{facility.Id}' AND version = {facility.ETag.Trim('"')}"));
        var circles = (await app.GetAsync("/facilities/v1/life-circles")).GetProperty("items");
        Assert.Equal((west, east), (circles[0].GetProperty("open_facilities").GetRawText(), circles[1].GetProperty("open_facilities").GetRawText()));
    }
}
