using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Webhooks;

/// <summary>The rules of webhooks that a request can break.</summary>
public static class WebhookRules
{
    public static readonly Rule NotFound = Rule.NotFound(
        "operators.webhook_not_found", "There is no such webhook.", "没有该网络回调。");

    public static readonly Rule DeliveryNotFound = Rule.NotFound(
        "operators.webhook_delivery_not_found", "There is no such delivery of this webhook.", "该网络回调没有此投递记录。");

    public static readonly Rule ForeignDivision = Rule.Forbidden(
        "operators.webhook_foreign_division", "It lies outside the division of the caller.", "超出调用方所属区划范围。");

    public static readonly Rule TypeNotGranted = Rule.Forbidden(
        "operators.webhook_type_not_granted", "The access token does not allow events of this type.", "访问令牌无权订阅此类事件。");

    public static readonly Rule TypeUnknown = Rule.Unprocessable(
        "operators.webhook_type_unknown", "There is no such type of event.", "没有该事件类型。");

    public static readonly Rule UrlInvalid = Rule.Unprocessable(
        "operators.webhook_url_invalid", "Nothing can be delivered to that address.", "无法向该地址投递。");

    public static readonly Rule ValueInvalid = Rule.Unprocessable(
        "operators.webhook_value_invalid", "A value does not have an allowed form.", "取值不符合要求。");

    public static readonly Rule TooMany = Rule.Conflict(
        "operators.webhook_too_many", "The owner has as many webhooks as one may have.", "该所有者的网络回调数量已达上限。");

    public static readonly Rule IsActive = Rule.Conflict(
        "operators.webhook_active", "The webhook is not disabled.", "该网络回调未被停用。");

    public static readonly Rule IsDisabled = Rule.Conflict(
        "operators.webhook_disabled", "The webhook is disabled; enable it first.", "该网络回调已停用，请先启用。");

    public static readonly Rule RangeTooLarge = Rule.Unprocessable(
        "operators.webhook_range_too_large", "There are too many deliveries in that range for one replay; take a shorter one.",
        "该时间范围内的投递过多，请缩短范围后重试。");

    public static readonly Rule RangeInvalid = Rule.Unprocessable(
        "operators.webhook_range_invalid", "The range must begin before it ends and span 31 days at the most.", "时间范围的开始须早于结束，且不超过 31 天。");
}
