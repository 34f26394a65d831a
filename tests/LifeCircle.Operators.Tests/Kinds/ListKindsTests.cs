using System.Text.Json;
using LifeCircle.Operators.Tests.Offerings;

namespace LifeCircle.Operators.Tests.Kinds;

public sealed class ListKindsTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task The_kinds_are_those_that_the_district_has_and_need_these_licences()
    {
        using var client = app.Client(Offered.District);
        using var expected = JsonDocument.Parse("""
            {"items": [
              {"code": "meals", "name_zh": "助餐", "name_en": "Meals", "papers": ["food_business"]},
              {"code": "bathing", "name_zh": "助浴", "name_en": "Bathing", "papers": []},
              {"code": "cleaning", "name_zh": "助洁", "name_en": "Cleaning", "papers": []},
              {"code": "medical_escort", "name_zh": "助医", "name_en": "Medical escort", "papers": []},
              {"code": "mobility", "name_zh": "助行", "name_en": "Mobility", "papers": []},
              {"code": "emergency", "name_zh": "助急", "name_en": "Emergency", "papers": []},
              {"code": "day_care", "name_zh": "日间照料", "name_en": "Day care", "papers": ["elderly_care_filing"]},
              {"code": "family_doctor", "name_zh": "家庭医生", "name_en": "Family doctor", "papers": ["medical_institution"]},
              {"code": "home_adaptation", "name_zh": "适老化改造", "name_en": "Age-friendly home adaptation", "papers": []},
              {"code": "grocery_delivery", "name_zh": "超市配送", "name_en": "Supermarket delivery", "papers": ["food_business"]},
              {"code": "repairs", "name_zh": "便民维修", "name_en": "Repairs", "papers": []},
              {"code": "training", "name_zh": "技能培训", "name_en": "Training", "papers": ["school_operation"]},
              {"code": "recruitment", "name_zh": "招聘服务", "name_en": "Recruitment", "papers": ["human_resources"]}
            ]}
            """);

        var answer = await client.ReadAsync("/operators/v1/kinds");

        Assert.True(JsonElement.DeepEquals(expected.RootElement, answer.Json), answer.Text);
    }
}
