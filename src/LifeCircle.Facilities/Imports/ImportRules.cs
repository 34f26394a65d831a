using LifeCircle.ServiceDefaults;

namespace LifeCircle.Facilities.Imports;

/// <summary>The rules that the form of a file can break. Those of what it says are the same as for requests.</summary>
internal static class ImportRules
{
    public static readonly Rule KindUnknown = Rule.Malformed(
        "facilities.import_kind_unknown", "There is no such kind of import.", "没有该导入类型。");

    public static readonly Rule BadRows = Rule.Unprocessable(
        "facilities.import_bad_rows", "There are bad rows, so nothing was applied.", "存在错误行，未写入任何数据。");

    public static readonly Rule TooManyBadRows = Rule.Unprocessable(
        "facilities.import_too_many_bad_rows", "There are too many bad rows; the rest was not read.", "错误行过多，其余内容未读取。");

    public static readonly Rule Empty = Rule.Unprocessable(
        "facilities.import_empty", "There is not one row in it.", "文件中没有任何数据行。");

    public static readonly Rule Unreadable = Rule.Unprocessable(
        "facilities.import_unreadable", "From here on the content cannot be read.", "自此处起无法读取。");

    public static readonly Rule NotUtf8 = Rule.Unprocessable(
        "facilities.import_not_utf8", "This is not UTF-8. Spreadsheet programs in China often save GBK: choose \"CSV UTF-8\".",
        "不是 UTF-8 编码。表格软件常默认保存为 GBK，请另存为“CSV UTF-8”。");

    public static readonly Rule RowTooLong = Rule.Unprocessable(
        "facilities.import_row_too_long", "The row is longer than 4 MB.", "单行超过 4 MB。");

    public static readonly Rule RowUnreadable = Rule.Unprocessable(
        "facilities.import_row_unreadable", "The row cannot be read.", "无法读取该行。");

    public static readonly Rule RowTwice = Rule.Unprocessable(
        "facilities.import_row_twice", "The same row stands in the file before.", "文件中前面已有相同的行。");

    public static readonly Rule MemberUnknown = Rule.Unprocessable(
        "facilities.import_member_unknown", "This column or member is not known.", "未知的列或字段。");

    public static readonly Rule MemberMissing = Rule.Unprocessable(
        "facilities.import_member_missing", "This column or member is required.", "该列或字段为必填项。");

    public static readonly Rule BoundaryInvalid = Rule.Unprocessable(
        "facilities.boundary_invalid", "The boundary is not a valid polygon.", "边界不是有效的多边形。");

    public static readonly Rule PeriodsOverlap = Rule.Unprocessable(
        "facilities.division_periods_overlap", "Two periods of this division overlap.", "该区划的两个有效期重叠。");

    public static readonly Rule ParentUnknown = Rule.Unprocessable(
        "facilities.division_parent_unknown", "The division above it is not known in that period.", "该有效期内没有上级区划。");

    public static readonly Rule DivisionUnknown = Rule.Unprocessable(
        "facilities.division_unknown", "There is no division with that code today.", "当前没有该代码的区划。");

    public static readonly Rule GaveUp = new(
        "facilities.import_failed", 500, "The service failed three times at this import; the trace id helps to find out why.",
        "该导入三次均因服务故障未完成，请提供跟踪编号以便排查。");
}
