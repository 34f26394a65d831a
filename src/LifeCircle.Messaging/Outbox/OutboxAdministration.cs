namespace LifeCircle.Messaging.Outbox;

public static class OutboxAdministration
{
}
