namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>The made-up service as it would run in the district.</summary>
public class OrdersApp(TestServers servers) : ServiceApp<Order, OrdersDbContext>(servers, "orders")
{
    /// <summary>A client that may do everything here but see plain personal data.</summary>
    public HttpClient Client() => Client("orders.read", "orders.write");
}

/// <summary>One service for all tests that leave each other alone.</summary>
[CollectionDefinition]
public sealed class SharedOrders : ICollectionFixture<OrdersApp>;
