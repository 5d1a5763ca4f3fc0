"""Forms render through the design system: ``{{ form }}`` and ``as_field_group``."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Named by FORM_RENDERER; needs ``django.forms`` among the installed apps."""

    form_template_name = "ui/components/form.html"
    field_template_name = "ui/components/field.html"
