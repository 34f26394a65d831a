using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Fields;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LifeCircle.Venues.Schedules;

/// <summary>Why a field is open or closed at a moment.</summary>
/// <param name="FieldId">The field.</param>
/// <param name="At">The moment.</param>
/// <param name="Open">Whether it is open to residents.</param>
/// <param name="DayKind">What kind of day it is for the school.</param>
/// <param name="Because">Why it is closed; absent while it is open.</param>
/// <param name="TextZh">The same for residents.</param>
/// <param name="TextEn">The same in English.</param>
/// <param name="ClosureId">The closure, if it is one.</param>
/// <param name="OpensAt">When it next opens, if it is closed; absent if not within 60 days.</param>
/// <param name="ClosesAt">When it closes, if it is open.</param>
public sealed record ExplanationAnswer(
    Guid FieldId, DateTimeOffset At, bool Open, DayKind DayKind, ClosedBecause? Because, string? TextZh, string? TextEn, Guid? ClosureId,
    DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt);

/// <summary>When a field is open on a day.</summary>
/// <param name="Date">The day.</param>
/// <param name="DayKind">What kind of day it is for the school.</param>
/// <param name="Open">The spans in which it is open, in order.</param>
public sealed record OpenDay(DateOnly Date, DayKind DayKind, IReadOnlyList<OpenSpan> Open);

/// <summary>A span in which a field is open.</summary>
/// <param name="From">First moment.</param>
/// <param name="Until">The moment behind the last.</param>
public sealed record OpenSpan(DateTimeOffset From, DateTimeOffset Until)
{
    internal static OpenSpan Of(Span span) => new(span.From.ToOffset(DistrictDay.Offset), span.Until.ToOffset(DistrictDay.Offset));
}

/// <summary>Has an answer for any moment.</summary>
public static class ExplainField
{
    internal const int HorizonDays = 60;

    /// <summary>Says whether a field is open at a moment, and why not.</summary>
    /// <param name="id">The field.</param>
    /// <param name="at">The moment, RFC 3339 with offset, in the years 2020 to 2100; now if not given.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="setups">The setups of schools.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Ok<ExplanationAnswer>> Handle(
        Guid id, DateTimeOffset? at, Caller caller, VenuesDbContext db, Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        if (at?.UtcDateTime.Year is < 2020 or > 2100)
            throw new RuleBroken(Problems.Invalid, "at", "The year must be from 2020 to 2100.", "年份须在 2020 到 2100 之间。");
        var moment = at ?? clock.GetUtcNow();
        var schoolId = (await db.FieldAsync(id, caller, cancel)).SchoolId;
        var setup = await setups.OfAsync(db, schoolId, cancel);
        var field = setup.Fields[id];
        var why = setup.Times.Explain(field, moment);
        var (zh, en) = why.Because is { } because ? ClosedTexts.Of(because, why.TitleZh, why.TitleEn) : (null, null);
        return TypedResults.Ok(new ExplanationAnswer(
            id, moment.ToOffset(DistrictDay.Offset), why.Because is null, why.Kind, why.Because, zh, en, why.Closure?.Id,
            why.Because is null ? null : NextOpening(setup, field, moment), why.Because is null ? EndOf(setup, field, moment) : null));
    }

    /// <summary>Says when a field is open on the days of a span.</summary>
    /// <param name="id">The field.</param>
    /// <param name="from">First day; today if not given.</param>
    /// <param name="days">How many days, 1 to 60; 7 if not given.</param>
    /// <param name="caller">Sees its own division only.</param>
    /// <param name="db">The service's database.</param>
    /// <param name="setups">The setups of schools.</param>
    /// <param name="clock">Knows now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Ok<IReadOnlyList<OpenDay>>> Days(Guid id, DateOnly? from, [Between(1, HorizonDays)] int? days, Caller caller, VenuesDbContext db,
        Setups setups, TimeProvider clock, CancellationToken cancel)
    {
        if (from?.Year is < 2020 or > 2100) throw new RuleBroken(Problems.Invalid, "from", "The year must be from 2020 to 2100.", "年份须在 2020 到 2100 之间。");
        var setup = await setups.OfAsync(db, (await db.FieldAsync(id, caller, cancel)).SchoolId, cancel);
        var first = from ?? DistrictDay.Of(clock.GetUtcNow());
        return TypedResults.Ok<IReadOnlyList<OpenDay>>([.. Enumerable.Range(0, days ?? 7).Select(first.AddDays).Select(day => new OpenDay(
            day, setup.Times.KindOf(day), [.. setup.Times.OpenOn(setup.Fields[id], day).Select(open => OpenSpan.Of(Span.Of(day, open)))]))]);
    }

    private static DateTimeOffset? NextOpening(Setup setup, Field field, DateTimeOffset at)
    {
        var today = DistrictDay.Of(at);
        for (var day = today; day < today.AddDays(HorizonDays); day = day.AddDays(1))
            foreach (var open in setup.Times.OpenOn(field, day))
                if (Span.Of(day, open).From > at) return Span.Of(day, open).From.ToOffset(DistrictDay.Offset);
        return null;
    }

    private static DateTimeOffset? EndOf(Setup setup, Field field, DateTimeOffset at)
    {
        var day = DistrictDay.Of(at);
        return setup.Times.OpenOn(field, day).Select(open => Span.Of(day, open)).Where(span => span.From <= at && at < span.Until)
            .Select(span => (DateTimeOffset?)span.Until.ToOffset(DistrictDay.Offset)).FirstOrDefault();
    }
}
