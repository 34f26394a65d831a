using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Evaluation;

/// <summary>
/// What an operator did in a month with a kind of service in a street. Offers belong to the month in which they were made, orders to that
/// in which their promised window begins, whenever the rest became known. Nobody counts what is still open, closed without anybody's
/// word, or ended by the doing of the resident or the district.
/// </summary>
/// <param name="OperatorId">Who.</param>
/// <param name="Month">The month's first day.</param>
/// <param name="Kind">The kind of service.</param>
/// <param name="Street">9 digits; 6 for orders of which no street is known.</param>
/// <param name="Answered">Offers that were accepted, declined or left to expire; not those that were withdrawn.</param>
/// <param name="Accepted">Of these, those that were accepted.</param>
/// <param name="Orders">Accepted orders that were verified, given back, missed or refuted.</param>
/// <param name="Verified">Of these, those that were completed, and that not only the operator vouches for.</param>
/// <param name="Punctual">Of the verified ones, those whose visit began, by a check-in, in the promised window or shortly before or after.</param>
/// <param name="NoShows">Of the orders, those that were missed.</param>
/// <param name="Complained">Of the orders, those with an upheld complaint.</param>
/// <param name="Ratings">
/// Of the verified ones, those with a rating that is counted: in full groups, in the order of the outcomes. Every mean that anybody sees, of a
/// street, the district or all operators, is one of whole groups, so neither asking again after each order nor taking one mean from another
/// tells what a single resident said. Trap: an outcome that comes after later ones, or is corrected, changes a group by one for another.
/// </param>
/// <param name="RatingSum">Their ratings together.</param>
internal sealed record Tally(
    Guid OperatorId, DateOnly Month, string Kind, string Street, int Answered, int Accepted, int Orders, int Verified, int Punctual, int NoShows,
    int Complained, int Ratings, int RatingSum)
{
    /// <summary>Counts by operator, month, kind and street, in months <c>[from, until)</c>.</summary>
    /// <param name="db">The service's database.</param>
    /// <param name="operatorId">Only this operator.</param>
    /// <param name="kind">Only this kind.</param>
    /// <param name="from">First day of the first month.</param>
    /// <param name="until">First day of the month after the last.</param>
    /// <param name="tolerance">How much before and after its promised window a visit may begin.</param>
    /// <param name="group">Ratings of a group.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<List<Tally>> CountAsync(
        OperatorsDbContext db, Guid? operatorId, string? kind, DateOnly from, DateOnly until, TimeSpan tolerance, int group, CancellationToken cancel) =>
        db.Database.SqlQuery<Tally>($"""
            SELECT operator_id, month, kind, street, sum(answered)::int AS answered, sum(accepted)::int AS accepted, sum(orders)::int AS orders,
              sum(verified)::int AS verified, sum(punctual)::int AS punctual, sum(no_shows)::int AS no_shows, sum(complained)::int AS complained,
              sum(ratings)::int AS ratings, sum(rating_sum)::int AS rating_sum
            FROM (
              SELECT operator_id, offered_month AS month, kind, left(division_code, 9) AS street,
                1 AS answered, (answer = 'accepted')::int AS accepted,
                0 AS orders, 0 AS verified, 0 AS punctual, 0 AS no_shows, 0 AS complained, 0 AS ratings, 0 AS rating_sum
              FROM evaluated_offer
              WHERE offered_month >= {from} AND offered_month < {until} AND answer IS NOT NULL
                AND ({operatorId}::uuid IS NULL OR operator_id = {operatorId}) AND ({kind}::text IS NULL OR kind = {kind})
              UNION ALL
              SELECT operator_id, due_month, kind, left(division_code, 9), 0, 0, 1, (outcome = 'verified')::int,
                (outcome = 'verified' AND NOT back_filled AND started_at IS NOT NULL
                  AND started_at >= promised_from - {tolerance} AND started_at < promised_until + {tolerance})::int,
                (outcome = 'operator_no_show')::int,
                EXISTS (SELECT FROM evaluated_complaint c WHERE c.offer_id = o.offer_id AND c.upheld)::int,
                is_counted::int, CASE WHEN is_counted THEN rating ELSE 0 END
              FROM (
                SELECT *, rating IS NOT NULL AND row_number() OVER (alike ORDER BY outcome_at, offer_id) <= count(*) OVER alike / {group} * {group} AS is_counted
                FROM evaluated_offer
                WHERE due_month >= {from} AND due_month < {until} AND outcome IN ('verified', 'operator_cancelled', 'operator_no_show', 'refuted')
                  AND ({operatorId}::uuid IS NULL OR operator_id = {operatorId}) AND ({kind}::text IS NULL OR kind = {kind})
                WINDOW alike AS (PARTITION BY operator_id, due_month, kind, left(division_code, 9), rating IS NULL)
              ) AS o
            ) AS counted
            GROUP BY operator_id, month, kind, street
            """).ToListAsync(cancel);

    public static Tally operator +(Tally one, Tally other) => one with
    {
        Answered = one.Answered + other.Answered,
        Accepted = one.Accepted + other.Accepted,
        Orders = one.Orders + other.Orders,
        Verified = one.Verified + other.Verified,
        Punctual = one.Punctual + other.Punctual,
        NoShows = one.NoShows + other.NoShows,
        Complained = one.Complained + other.Complained,
        Ratings = one.Ratings + other.Ratings,
        RatingSum = one.RatingSum + other.RatingSum,
    };
}

/// <summary>The ratings of all operators in a month for a kind of service, as far as they count on the operators' own cards.</summary>
internal sealed record DistrictRatings(DateOnly Month, string Kind, int Ratings, int RatingSum)
{
    /// <summary>Counts by month and kind, in months <c>[from, until)</c>, in groups as <see cref="Tally"/> does.</summary>
    public static async Task<Dictionary<(DateOnly Month, string Kind), DistrictRatings>> CountAsync(
        OperatorsDbContext db, string? kind, DateOnly from, DateOnly until, int group, CancellationToken cancel) =>
        (await db.Database.SqlQuery<DistrictRatings>($"""
            SELECT month, kind, count(*)::int AS ratings, sum(rating)::int AS rating_sum
            FROM (
              SELECT due_month AS month, kind, rating,
                row_number() OVER (alike ORDER BY outcome_at, offer_id) <= count(*) OVER alike / {group} * {group} AS is_counted
              FROM evaluated_offer
              WHERE due_month >= {from} AND due_month < {until} AND outcome = 'verified' AND rating IS NOT NULL AND ({kind}::text IS NULL OR kind = {kind})
              WINDOW alike AS (PARTITION BY operator_id, due_month, kind, left(division_code, 9))
            ) AS rated
            WHERE is_counted
            GROUP BY month, kind
            """).ToListAsync(cancel)).ToDictionary(row => (row.Month, row.Kind));
}
