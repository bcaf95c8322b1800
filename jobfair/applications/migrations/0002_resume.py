import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every application carries the frozen résumé; there are none yet that could lack one."""

    dependencies = [
        ("applications", "0001_initial"),
        ("resumes", "0001_resume"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="resume",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="resumes.resumeversion",
            ),
            preserve_default=False,
        ),
    ]
