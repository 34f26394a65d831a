using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace LifeCircle.ServiceDefaults;

/// <summary>Names of persons, masked.</summary>
internal static class NameMask
{
    private const string Hidden = "**";
    private const int LongestFirstPart = 12; // characters before the dot; what is longer is no name

    // One stands between the given name and the father's.
    private static readonly SearchValues<char> Dots = SearchValues.Create("·•・‧∙⋅");

    // 百家姓 and those that are borne today, in both scripts.
    private static readonly FrozenSet<string> CompoundSurnames = (
        "欧阳 歐陽 太史 端木 上官 司马 司馬 东方 東方 独孤 獨孤 南宫 南宮 万俟 萬俟 闻人 聞人 夏侯 诸葛 諸葛 尉迟 尉遲 公羊 赫连 赫連 澹台 澹臺 皇甫 宗政 濮阳 濮陽 "
        + "公冶 太叔 申屠 公孙 公孫 慕容 仲孙 仲孫 钟离 鍾離 长孙 長孫 宇文 司徒 鲜于 鮮于 司空 闾丘 閭丘 子车 子車 亓官 司寇 巫马 巫馬 公西 颛孙 顓孫 壤驷 壤駟 公良 漆雕 乐正 樂正 "
        + "宰父 谷梁 穀梁 拓跋 夹谷 夾谷 轩辕 軒轅 令狐 段干 百里 呼延 东郭 東郭 南门 南門 羊舌 微生 梁丘 左丘 东门 東門 西门 西門 南荣 南榮 第五 完颜 完顏 纳兰 納蘭 淳于 單于 单于 伯赏 伯賞 归海 歸海 爱新觉罗 愛新覺羅 叶赫那拉 葉赫那拉")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static string Hide(string name)
    {
        var dot = name.AsSpan().IndexOfAny(Dots);
        if (dot >= 0) return HideBothParts(name[..dot].Trim(), name.AsSpan(dot + 1));
        var letters = name.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)).ToArray();
        if (!Rune.IsLetter(letters[0])) return Hidden;
        if (!IsIdeographic(letters[0])) return HideParts(name);
        if (letters.Length == 1) return "*";
        foreach (var length in (int[])[4, 2])
            if (letters.Length > length && CompoundSurnames.Contains(string.Concat(letters.Take(length)))) return string.Concat(letters.Take(length)) + Hidden;
        return letters[0] + (letters.Length == 2 ? "*" : Hidden);
    }

    // Not the whole first part, because 王小明·店长 has a dot too. And what has nothing behind it is no such name.
    private static string HideBothParts(string first, ReadOnlySpan<char> rest)
    {
        var letters = first.EnumerateRunes().ToArray();
        var isName = letters.Length is > 0 and <= LongestFirstPart && letters.All(Rune.IsLetter) && HasLetter(rest);
        return isName ? $"{letters[0]}{Hidden}·{Hidden}" : Hidden;
    }

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsLetter(rune)) return true;
        return false;
    }

    // A part of one letter would be shown whole.
    private static string HideParts(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.EnumerateRunes().ToArray())
        .Select(letters => letters.Count(Rune.IsLetter) > 1 && Rune.IsLetter(letters[0]) ? $"{letters[0]}{Hidden}" : "*"));

    // Chinese, Japanese and Korean characters: a name of two or three, with the surname before.
    private static bool IsIdeographic(Rune rune) => rune.Value is >= 0x2E80 and <= 0x9FFF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;
}
