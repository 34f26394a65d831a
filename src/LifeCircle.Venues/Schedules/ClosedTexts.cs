namespace LifeCircle.Venues.Schedules;

/// <summary>What residents are told about why a field is closed.</summary>
internal static class ClosedTexts
{
    /// <param name="because">Why.</param>
    /// <param name="titleZh">What the closure or event is called, if it has a name.</param>
    /// <param name="titleEn">The same in English.</param>
    public static (string Zh, string En) Of(ClosedBecause because, string? titleZh, string? titleEn)
    {
        var (zh, en) = because switch
        {
            ClosedBecause.Retired => ("场地不再开放", "The field is not shared any more"),
            ClosedBecause.Closure => ("临时停用", "Closed"),
            ClosedBecause.NotInsured => ("学校责任保险未生效", "The school has no valid liability insurance"),
            ClosedBecause.Teaching => ("教学时间", "Teaching"),
            ClosedBecause.SchoolSport => ("学校体育活动", "School sport"),
            ClosedBecause.Exam => ("考试", "Exams"),
            ClosedBecause.Event => ("学校活动", "A school event"),
            ClosedBecause.MilitaryTraining => ("军训", "Military training"),
            ClosedBecause.NoHours => ("尚未公布开放时段", "No sharing hours yet"),
            _ => ("不在开放时段内", "Outside the sharing hours"),
        };
        return (titleZh is null ? zh : $"{zh}：{titleZh}", titleEn is null ? en : $"{en}: {titleEn}");
    }
}
