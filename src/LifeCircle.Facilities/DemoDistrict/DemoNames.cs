namespace LifeCircle.Facilities.DemoDistrict;

/// <summary>A name in both languages.</summary>
internal readonly record struct DemoName(string Zh, string En);

/// <summary>Invented names. 144 pairs of syllables; no person is named after.</summary>
internal static class DemoNames
{
    private static readonly DemoName[] Firsts =
    [
        new("春", "Chun"), new("明", "Ming"), new("和", "He"), new("清", "Qing"), new("康", "Kang"), new("文", "Wen"),
        new("福", "Fu"), new("安", "An"), new("翠", "Cui"), new("金", "Jin"), new("玉", "Yu"), new("紫", "Zi"),
    ];

    private static readonly DemoName[] Seconds =
    [
        new("晖", "hui"), new("泉", "quan"), new("庭", "ting"), new("馨", "xin"), new("园", "yuan"), new("泰", "tai"),
        new("宁", "ning"), new("华", "hua"), new("林", "lin"), new("湖", "hu"), new("景", "jing"), new("溪", "xi"),
    ];

    private static readonly DemoName[] CircleThemes =
    [
        new("银龄康养", "Ageing well"), new("书香邻里", "Reading neighbours"), new("童趣成长", "Growing up"), new("绿荫漫步", "Walks in the green"),
        new("烟火小吃", "Street food"), new("匠心便民", "Repairs and crafts"), new("活力运动", "Sports"), new("河畔人文", "Riverside heritage"),
        new("睦邻共享", "Sharing neighbours"), new("矿区记忆", "Mining memories"), new("零工家园", "Home of gig workers"), new("健康守护", "Health"),
    ];

    /// <summary>The n-th word; 144 different ones, then again from the first.</summary>
    public static DemoName Word(int n)
    {
        var (first, second) = (Firsts[n % 12], Seconds[(n / 12 + n) % 12]);
        return new DemoName(first.Zh + second.Zh, first.En + second.En);
    }

    public static DemoName Theme(int n) => CircleThemes[n % CircleThemes.Length];

    /// <summary>A road from west to east, by its line in the cell grid.</summary>
    public static DemoName Road(int row) => new($"{Word(row * 2).Zh}路", $"{Word(row * 2).En} Road");

    /// <summary>A street from south to north, by its line in the cell grid.</summary>
    public static DemoName Street(int column) => new($"{Word(column * 2 + 1).Zh}街", $"{Word(column * 2 + 1).En} Street");
}
