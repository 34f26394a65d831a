using System.Net;
using LifeCircle.Operators.Webhooks.Posting;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks.Subscriptions;

/// <summary>
/// What can be told of a receiver's address without asking anybody. It spares owners a webhook that would never get anything; what protects the
/// district is <see cref="PublicConnection"/>, which looks at the address that is really connected to.
/// </summary>
internal static class ReceiverAddress
{
    private static readonly string[] InnerNames = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];

    /// <exception cref="RuleBroken">Nothing can be delivered there.</exception>
    public static string Require(string text, bool isDevelopment)
    {
        if (text.Any(char.IsControl) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            throw Refused("It must be an absolute https address.", "须为完整的 https 地址。");
        var host = HostOf(url);
        if (url.Scheme != "https" && !isDevelopment) throw Refused("Only https is delivered to.", "仅支持 https。");
        if (url.UserInfo.Length > 0) throw Refused("It must not hold user name or password.", "不得含有用户名或密码。");
        if (url.Fragment.Length > 0) throw Refused("It must not hold a fragment.", "不得含有片段（#）。");
        if (!isDevelopment) RequirePublic(host);
        // As it is kept and posted to: a letter beyond ASCII has become up to nine characters.
        if (url.AbsoluteUri.Length > WebhookMapping.MaximumUrlLength)
        {
            throw Refused($"It has {WebhookMapping.MaximumUrlLength} characters at the most, escaped as it is sent.",
                $"按实际发送的转义形式计，不得超过 {WebhookMapping.MaximumUrlLength} 个字符。");
        }
        return url.AbsoluteUri;
    }

    // As it is connected to: full-width digits have become an address by now.
    private static string HostOf(Uri url)
    {
        try
        {
            return url.IdnHost.TrimEnd('.');
        }
        catch (UriFormatException)
        {
            throw Refused("The host's name is not valid.", "主机名无效。");
        }
    }

    private static void RequirePublic(string host)
    {
        var isPublic = IPAddress.TryParse(host, out var address)
            ? PublicAddresses.Contains(address)
            : host.Contains('.', StringComparison.Ordinal) && !Array.Exists(InnerNames, name =>
                host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        if (!isPublic) throw Refused("It is not an address of the public internet.", "不是公共互联网地址。");
    }

    private static RuleBroken Refused(string english, string chinese) => new(WebhookRules.UrlInvalid, "url", english, chinese);
}
