namespace LifeCircle.ServiceDefaults.Tests.Orders;

public static class OrdersRules
{
    public static readonly Rule OrderNotFound = Rule.NotFound("orders.order_not_found", "There is no such order.", "没有该订单。");

    public static readonly Rule RecipientNotFound = Rule.NotFound("orders.recipient_not_found", "There is no such recipient.", "没有该收件人。");

    public static readonly Rule ForeignDivision = Rule.Forbidden(
        "orders.foreign_division", "It lies outside the division of the caller.", "超出调用方所属区划范围。");

    public static readonly Rule SoldOut = Rule.Conflict("orders.sold_out", "It is sold out.", "已售罄。");
}
