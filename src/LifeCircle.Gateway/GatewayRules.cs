using LifeCircle.ServiceDefaults;

namespace LifeCircle.Gateway;

/// <summary>What can be wrong between the gateway and a service.</summary>
public static class GatewayRules
{
    public static readonly Rule ServiceAway = Rule.Unavailable(
        "gateway.service_away", "The service cannot be reached now; try again.", "暂时无法连接该服务，请稍后重试。");

    public static readonly Rule BadAnswer = new(
        "gateway.bad_answer", StatusCodes.Status502BadGateway, "The service broke off its answer.", "该服务的响应中断。");
}
