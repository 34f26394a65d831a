using LifeCircle.Facilities.Divisions;
using LifeCircle.Facilities.Facilities;
using LifeCircle.Facilities.Imports.Rows;
using LifeCircle.Facilities.Imports.Running;

namespace LifeCircle.Facilities.Imports.Kinds;

/// <summary>A row of a file of facilities.</summary>
/// <param name="ExternalId">Of the facility.</param>
/// <param name="Report">What it says, but for the two that somebody who was there may know better.</param>
/// <param name="Accessibility">Null: not reported.</param>
/// <param name="Condition">Null: not reported.</param>
internal sealed record FacilityRow(string ExternalId, FacilityReport Report, Accessibility? Accessibility, Condition? Condition)
{
    public static RowMembers Members { get; } = new(RowGeometry.Point, ["external_id", "category", "name_zh"],
    [
        "name_en", "crs", "address", "state", "opening_hours", "capacity", "area_m2", "accessibility", "condition", "operator_name",
        "operator_id", "assured_at", "assured_by", "division_code", "life_circle_code",
        "suspended_from", "suspended_until", "suspended_reason",
    ]);

    /// <summary>What it says of a facility: what it does not report stays as it was assured.</summary>
    /// <param name="known">Null: it is new.</param>
    public FacilityReport ReportOn(Facility? known) => Report with
    {
        Details = Report.Details with
        {
            Accessibility = Accessibility ?? known?.Accessibility ?? Facilities.Accessibility.Unknown,
            Condition = Condition ?? known?.Condition ?? Facilities.Condition.Unknown,
        },
    };

    public static FacilityRow? Read(ImportRow row, Territory territory, ImportRun run)
    {
        var id = row.ReadKey("external_id", 100);
        var category = row.RequiredText("category", 60);
        var nameZh = row.RequiredText("name_zh", FacilityDetails.MaximumNameLength);
        var (position, placement) = RowPosition.Read(row, territory, run);
        var state = row.Choice<FacilityState>("state");
        var (from, until, reason) = Suspension(row, state);
        var assurance = Assurance(row);
        var nameEn = row.Text("name_en", FacilityDetails.MaximumNameLength);
        var address = row.Text("address", FacilityDetails.MaximumAddressLength);
        var hours = row.Hours("opening_hours");
        var capacity = row.Integer("capacity", 0, 1_000_000);
        var area = row.Decimal("area_m2", 0.01m, 1_000_000_000);
        var accessibility = row.Choice<Accessibility>("accessibility");
        var condition = row.Choice<Condition>("condition");
        var operatorName = row.Text("operator_name", FacilityDetails.MaximumNameLength);
        var operatorId = row.Id("operator_id");
        if (row.IsBad) return null;
        var details = new FacilityDetails
        {
            Category = category,
            NameZh = nameZh,
            NameEn = nameEn,
            Position = position!,
            Address = address,
            OpeningHours = hours,
            Capacity = capacity,
            AreaM2 = area,
            OperatorName = operatorName,
            OperatorId = operatorId,
        };
        var report = new FacilityReport
        {
            Details = details.Check(),
            Placement = placement!,
            State = state,
            SuspendedFrom = from,
            SuspendedUntil = until,
            SuspensionReason = reason,
            Assurance = assurance,
        };
        return new(id, report, accessibility, condition);
    }

    private static (DateTimeOffset? From, DateTimeOffset? Until, string? Reason) Suspension(ImportRow row, FacilityState? state)
    {
        var (from, until, reason) = (row.Moment("suspended_from"), row.Moment("suspended_until"), row.Text("suspended_reason", 300));
        if (state is FacilityState.Suspended)
        {
            if (reason is null) row.RequiredText("suspended_reason", 300);
        }
        else if (from is not null || until is not null || reason is not null)
        {
            row.Fail(FacilitiesRules.ValueInvalid,
                from is not null ? "suspended_from" : until is not null ? "suspended_until" : "suspended_reason",
                "It belongs to the state suspended.", "仅用于 suspended 状态。");
        }
        return (from, until, reason);
    }

    private static Assurance? Assurance(ImportRow row)
    {
        var (at, by) = (row.Moment("assured_at"), row.Text("assured_by", 100));
        if (at is { } moment && by is not null) return new(moment, by);
        if (!row.IsBad && (at is not null || by is not null))
            row.Fail(FacilitiesRules.ValueInvalid, at is null ? "assured_at" : "assured_by",
                "assured_at and assured_by come together.", "assured_at 与 assured_by 须同时提供。");
        return null;
    }
}
