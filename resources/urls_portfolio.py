"""Routes of the portfolio, its papers and their public check."""

from django.urls import path

from resources.views import portfolio, verify

urlpatterns = [
    path("profile/portfolio/", portfolio.portfolio, name="portfolio"),
    path("profile/portfolio/preview/", portfolio.portfolio_preview, name="portfolio_preview"),
    path("profile/portfolio/papers/", portfolio.paper_issue, name="paper_issue"),
    path("profile/portfolio/papers/<slug:code>/", portfolio.paper, name="paper"),
    path("profile/portfolio/papers/<slug:code>/pdf/", portfolio.paper_file, {"form": "pdf"}, name="paper_pdf"),
    path("profile/portfolio/papers/<slug:code>/docx/", portfolio.paper_file, {"form": "docx"}, name="paper_docx"),
    path("profile/portfolio/papers/<slug:code>/revoke/", portfolio.paper_revoke, name="paper_revoke"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_paper, name="verify_paper"),
]
