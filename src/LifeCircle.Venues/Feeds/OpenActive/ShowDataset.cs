using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LifeCircle.Venues.Feeds.OpenActive;

/// <summary>The dataset site (https://openactive.io/dataset-api-discovery/): for people to read, and for machines in the JSON-LD within.</summary>
public static class ShowDataset
{
    private const string Guide = "https://openactive.io/";

    // Escapes whatever could end the script element.
    private static readonly JsonSerializerOptions InHtml = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All), WriteIndented = true };

    internal static IResult Handle(HttpRequest request, FeedAddress address)
    {
        var root = address.Of(request);
        var site = root + ReadFeed.Path;
        var html = $"""
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>学校体育场地开放数据 · School sports fields, open data</title>
            <script type="application/ld+json">
            {Dataset(root, site).ToJsonString(InHtml)}
            </script>
            </head>
            <body>
            <h1>学校体育场地开放数据</h1>
            <p>本区学校向居民开放的体育场地及未来 60 天的可预订时段，按 OpenActive 标准发布，不含任何个人信息。许可协议：<a href="{ReadFeed.License}">知识共享 署名 4.0</a>。</p>
            <ul>
            <li><a href="{WebUtility.HtmlEncode(site)}/feeds/facility-uses">场地 FacilityUse</a></li>
            <li><a href="{WebUtility.HtmlEncode(site)}/feeds/slots">时段 Slot</a></li>
            </ul>
            <h2 lang="en">School sports fields, open data</h2>
            <p lang="en">The fields that schools of the district share with residents, and their slots for 60 days ahead, by the OpenActive standard. It names no person.
            Licence: <a href="{ReadFeed.License}">Creative Commons Attribution 4.0</a>. Read a feed from its first page, follow <code>next</code> until a page is empty, and ask that page again later.</p>
            </body>
            </html>
            """;
        return new FeedContent(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", "public, max-age=3600");
    }

    private static JsonObject Dataset(string root, string site) => new()
    {
        ["@context"] = new JsonArray("https://schema.org/", Guide),
        ["@type"] = "Dataset",
        ["@id"] = site,
        ["url"] = site,
        ["name"] = "学校体育场地开放数据 School sports fields",
        ["description"] = "本区学校向居民开放的体育场地及可预订时段，近实时更新。Fields that schools of the district share, and their slots, in near real time.",
        ["keywords"] = new JsonArray("Facilities", "Slots", "OpenActive", "学校体育场地", "体育设施"),
        ["license"] = ReadFeed.License,
        ["discussionUrl"] = site,
        ["documentation"] = "https://developer.openactive.io/",
        ["inLanguage"] = new JsonArray("zh-CN", "en-GB"),
        ["schemaVersion"] = "https://openactive.io/modelling-opportunity-data/2.0/",
        ["publisher"] = new JsonObject
        {
            ["@type"] = "Organization",
            ["name"] = "一刻钟便民生活圈 LifeCircle",
            ["legalName"] = "一刻钟便民生活圈 LifeCircle",
            ["url"] = root,
        },
        ["distribution"] = new JsonArray(Download(site, "FacilityUse", "facility-uses"), Download(site, "Slot", "slots")),
    };

    private static JsonObject Download(string site, string type, string feed) => new()
    {
        ["@type"] = "DataDownload",
        ["name"] = type,
        ["additionalType"] = $"https://openactive.io/{type}",
        ["encodingFormat"] = ReadFeed.ContentType,
        ["contentUrl"] = $"{site}/feeds/{feed}",
    };
}
