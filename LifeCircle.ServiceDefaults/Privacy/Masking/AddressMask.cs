namespace LifeCircle.ServiceDefaults;

/// <summary>Addresses, masked down to the street or road.</summary>
internal static class AddressMask
{
    private const string Hidden = "****";

    // Longer words first, as 街道 is a division and 街 a road.
    private static readonly string[] Divisions = ["自治区", "自治州", "自治县", "街道", "省", "市", "区", "县", "旗", "镇", "乡"];
    private static readonly string[] Roads = ["大道", "大街", "胡同", "路", "街", "巷"];

    public static string Hide(string address) => address[..EndOfRoad(address)] + Hidden;

    // How much may be shown: divisions one after the other, and the first road after them. A number ends it, also where it comes first.
    private static int EndOfRoad(string address)
    {
        var (end, part) = (0, 0);
        for (var i = 0; i < address.Length; i++)
        {
            if (address[i] is not (>= '\u4e00' and <= '\u9fff')) return end;
            if (StartsWithAny(address, i, Divisions) is { } division && IsDivision(address, part, i, division))
            {
                end = part = i + division.Length;
                i = end - 1;
            }
            else if (i > part && StartsWithAny(address, i, Roads) is { } road)
            {
                return i + road.Length;
            }
            else if (i > part && address[i] == '区')
            {
                return end; // 小区, 社区, 园区: whoever lives there can be found
            }
        }
        return end;
    }

    // 小区 and 超市 are none, nor is the 旗 of 红旗路; a road may be called 市民大道.
    private static bool IsDivision(string address, int part, int at, string word) => at > part && (word switch
    {
        "区" => !"小社园校厂景".Contains(address[at - 1], StringComparison.Ordinal),
        "市" => !"超菜夜城".Contains(address[at - 1], StringComparison.Ordinal),
        "旗" => at - part >= 2,
        _ => true,
    });

    private static string? StartsWithAny(string text, int at, string[] words) =>
        Array.Find(words, word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0);
}
